// The page: reads from the address bar who acts and where, shows that person's screen, and follows changes.

import { blocks } from "./blocks.js";
import { clearComposer, drawComposer } from "./composer.js";
import { el, keepFocus } from "./dom.js";
import { icon } from "./marks.js";
import { clearMessages, drawMessages } from "./messages.js";
import { drawModal } from "./modal.js";
import { drawClock, drawSidebar, drawTitle, switchPerson } from "./sidebar.js";
import { act, contextFor, follow, here, load, onScreen, screen } from "./workspace.js";

const at = (id) => document.getElementById(id);
let homeShown = "";

function route() {
  const [team, user, key = "messages"] = decodeURIComponent(location.hash.slice(1)).split("/");
  const person = user ? `${team}/${user}` : "";
  const moved = person !== here.person || key !== here.key;
  Object.assign(here, { person, key, tab: key === "home" ? "home" : "messages", place: /^(home|messages)$/.test(key) ? "" : key });
  if (!moved) return;
  homeShown = "";
  clearComposer();
  clearMessages();
  at("toasts").replaceChildren();
  showSidebar(false);
  if (person && !here.place) act("tab", { tab: here.tab });
  else load();
}

function draw() {
  document.title = `${screen.workspace.name} · ${screen.me.name}`;
  document.body.dataset.person = screen.me.key;
  drawSidebar();
  drawTitle();
  const home = here.tab === "home";
  at("home").hidden = !home;
  at("messages").hidden = home;
  at("composer").hidden = home;
  if (home) drawHome();
  else drawMessages();
  drawComposer();
  drawModal();
}

function drawHome() {
  const box = at("home");
  const view = screen.home;
  if (!view) {
    box.replaceChildren(el("p", { class: "empty" }, `${screen.bot.name} has not published a Home tab for ${screen.me.name} yet.`));
    homeShown = "";
    return;
  }
  if (homeShown === here.person + view.hash) return;
  homeShown = here.person + view.hash;
  const context = contextFor(view.id, { view: view.id });
  keepFocus(box, () => box.replaceChildren(el("div", { class: "sheet", data: { viewId: view.id } }, ...blocks(view.payload.blocks, context))));
}

function showSidebar(open) {
  document.body.classList.toggle("open", open);
  at("menu").setAttribute("aria-expanded", String(open));
}

for (const node of document.querySelectorAll("[data-icon]")) node.append(icon(node.dataset.icon));
at("switch").addEventListener("click", switchPerson);
at("me").addEventListener("click", switchPerson);
at("menu").addEventListener("click", () => showSidebar(!document.body.classList.contains("open")));
at("main").addEventListener("pointerdown", (event) => { if (!event.target.closest("#menu")) showSidebar(false); });
addEventListener("hashchange", route);
setInterval(drawClock, 30000);
onScreen(draw);
route();
follow();
