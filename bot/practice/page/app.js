// The page: asks for one person's screen, shows it, passes on what the person does, and follows changes.

import { blocks } from "./blocks.js";
import { ask, clock, el, keepFocus, menu, paint, redraw, settle, toast } from "./dom.js";
import { drawModal } from "./modal.js";
import { format, mrkdwn, readClockOf } from "./text.js";

const at = (id) => document.getElementById(id);
const here = { person: "", place: "", tab: "messages" };
let screen = null;
let asked = 0;
const drafts = {}; // typed values by view id or message ts
const drawn = new Map(); // message nodes by ts
const seen = JSON.parse(sessionStorage.getItem("seen") || "{}");
let homeShown = "";
let newestShown = "";

// ---- talking to the workspace

async function load() {
  const turn = ++asked;
  const query = new URLSearchParams({ person: here.person, place: here.place });
  const answer = await fetch(`/practice/screen?${query}`).then((response) => response.json(), () => null);
  if (!answer || turn !== asked) return;
  if (!answer.me) {
    if (answer.people.length) goTo(answer.people[0].key, "", "messages");
    else at("messages").replaceChildren(el("p", { class: "empty" }, "Nobody is in this workspace yet."));
    return;
  }
  screen = answer;
  readClockOf(screen.me.tz);
  draw();
}

export async function act(name, body = {}) {
  const answer = await fetch("/practice/act", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ act: name, person: here.person, place: screen?.place ?? here.place, ...body }),
  }).then((response) => response.json(), () => ({ error: "the practice workspace does not answer" }));
  await load();
  return answer;
}

function follow() {
  const stream = new EventSource("/practice/changes");
  stream.onmessage = () => { at("offline").hidden = true; load(); };
  stream.onerror = () => { at("offline").hidden = false; };
}

function goTo(person, place, tab) {
  location.hash = `#${person}/${tab === "home" ? "home" : place || "messages"}`;
}

function route() {
  const [team, user, place = "messages"] = decodeURIComponent(location.hash.slice(1)).split("/");
  const person = user ? `${team}/${user}` : "";
  const moved = person !== here.person || place !== here.key;
  Object.assign(here, { person, key: place, tab: place === "home" ? "home" : "messages", place: /^(home|messages)$/.test(place) ? "" : place });
  if (!moved) return;
  drawn.clear();
  homeShown = "";
  newestShown = "";
  at("words").value = "";
  at("hints").hidden = true;
  at("toasts").replaceChildren();
  at("messages").replaceChildren();
  document.body.classList.remove("open");
  at("menu").setAttribute("aria-expanded", "false");
  if (!person || !here.place) {
    if (person) act("tab", { tab: here.tab });
    else load();
  } else load();
}

function contextFor(scope, target) {
  const channels = Object.fromEntries(screen.channels.filter((one) => one.kind !== "im").map((one) => [one.id, one.name]));
  const values = (drafts[scope] ||= {});
  return {
    scope, values, channels, users: screen.users,
    use: async (block, element, value) => {
      const answer = await act("use", { ...target, block_id: block.block_id, action_id: element.action_id, value: value ?? (element.type === "button" ? element.value : undefined), values: filled(values) });
      if (answer.error) toast(failure(screen.bot.name, answer.error));
      return answer.error;
    },
    suggest: async (block, element, typed) => {
      const answer = await fetch("/practice/act", {
        method: "POST", headers: { "content-type": "application/json" },
        body: JSON.stringify({ act: "suggest", person: here.person, place: screen?.place ?? here.place, ...target, block_id: block.block_id, action_id: element.action_id, typed }),
      }).then((response) => response.json(), () => ({}));
      return answer.options || [];
    },
  };
}

export function filled(values) {
  const given = {};
  for (const [block, actions] of Object.entries(values)) given[block] = actions;
  return given;
}

export function failure(name, error) {
  const why = { operation_timeout: "it took longer than three seconds", dispatch_failed: "it cannot be reached", http_service_error: "it failed inside", http_client_error: "it did not know what to do with this" };
  return `${name} did not answer: ${why[error] || error} (${error}).`;
}

// ---- drawing

function draw() {
  const { me, workspace, bot } = screen;
  document.title = `${workspace.name} · ${me.name}`;
  document.body.dataset.person = me.key;
  at("workspace-name").textContent = workspace.name;
  paint(at("switch").querySelector(".avatar"), me);
  paint(at("me").querySelector(".avatar"), me);
  at("switch").querySelector("strong").textContent = me.name;
  at("switch").querySelector("small").textContent = `${clock(me.tz)} · ${me.tz.split("/").at(-1).replaceAll("_", " ")}`;
  drawPlaces();
  drawHeader();
  const home = here.tab === "home";
  at("home").hidden = !home;
  at("messages").hidden = home;
  at("composer").hidden = home;
  if (home) drawHome();
  else drawMessages();
  drawComposer(bot);
  drawModal(screen.stack.at(-1), screen.stack.length, (view) => contextFor(view.id, { view: view.id }), drafts, bot.name);
}

function drawPlaces() {
  const unread = (one) => one.latest && one.latest > (seen[`${here.person}/${one.id}`] || "");
  if (here.tab !== "home") {
    const shown = screen.channels.find((one) => one.id === screen.place);
    if (shown?.latest) seen[`${here.person}/${shown.id}`] = shown.latest;
    sessionStorage.setItem("seen", JSON.stringify(seen));
  }
  const entry = (text, key, current, dot, icon) => el("a", {
    class: `place ${dot ? "unread" : ""}`, href: `#${here.person}/${key}`, "aria-current": current ? "page" : undefined, data: { place: key },
  }, icon, el("span", {}, text), dot && el("i", { class: "dot", title: "New messages" }, el("span", { class: "quiet" }, "new")));
  const avatar = paint(el("span", { class: "avatar small", "aria-hidden": "true" }), { ...screen.bot }, true);
  const [dm, ...channels] = screen.channels;
  const inDm = screen.place === dm.id;
  redraw(at("places"), [here, screen.place, screen.bot.name, screen.channels.map((one) => [one, unread(one)])], () => [
    channels.length ? el("h2", {}, "Channels") : "",
    ...channels.map((one) => entry(one.name, one.id, screen.place === one.id && here.tab !== "home", unread(one), el("b", { "aria-hidden": "true" }, one.kind === "private" ? "🔒" : "#"))),
    el("h2", {}, "Apps"),
    entry(screen.bot.name, "messages", inDm || here.tab === "home", unread(dm), avatar),
  ]);
}

function drawHeader() {
  const channel = screen.channels.find((one) => one.id === screen.place);
  const inDm = channel.kind === "im";
  redraw(at("title"), [channel.id, channel.name], () => [
    inDm ? paint(el("span", { class: "avatar small", "aria-hidden": "true" }), screen.bot, true) : el("b", { class: "hash", "aria-hidden": "true" }, channel.kind === "private" ? "🔒" : "#"),
    el("h2", {}, inDm ? screen.bot.name : channel.name),
  ]);
  const tab = (text, key, on) => el("a", { role: "tab", href: `#${here.person}/${key}`, "aria-selected": String(on), data: { tab: key } }, text);
  at("tabs").hidden = !inDm;
  redraw(at("tabs"), here, () => [
    screen.bot.home ? tab("Home", "home", here.tab === "home") : "",
    tab("Messages", "messages", here.tab !== "home"),
  ]);
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

function drawMessages() {
  const box = at("messages");
  const low = box.scrollHeight - box.scrollTop - box.clientHeight < 120 || !box.childElementCount;
  const nodes = [];
  let day = "";
  let last = null;
  for (const message of screen.messages) {
    const on = new Date(Number(message.ts) * 1000);
    const words = format(on, { weekday: "long", day: "numeric", month: "long" });
    if (words !== day) {
      day = words;
      nodes.push(kept(`day-${day}`, 0, () => el("div", { class: "day", role: "separator" }, el("span", {}, words))));
      last = null;
    }
    const follows = Boolean(last && last.user === message.user && !message.ephemeral && !last.ephemeral && !message.blocks.length && message.ts - last.ts < 300);
    nodes.push(kept(message.ts, `${message.revision}${follows}`, () => messageNode(message, on, follows)));
    last = message;
  }
  if (!nodes.length) nodes.push(kept("empty", here.place, () => emptyNode()));
  keepFocus(box, () => settle(box, nodes));
  const newest = last ? `${here.person}/${screen.place}/${last.ts}` : "";
  if (low && newest !== newestShown) showNewest();
  else if (low) box.scrollTop = box.scrollHeight;
  newestShown = newest;
}

// To the end of the messages; to the start of the newest where it is taller than the screen.
function showNewest() {
  const box = at("messages");
  const newest = box.lastElementChild;
  const tall = newest.offsetHeight > box.clientHeight;
  if (tall) box.scrollTop += newest.getBoundingClientRect().top - box.getBoundingClientRect().top;
  else box.scrollTop = box.scrollHeight;
}

function kept(key, revision, make) {
  const known = drawn.get(key);
  if (known && known.revision === revision) return known.node;
  const node = make();
  drawn.set(key, { revision, node });
  return node;
}

function emptyNode() {
  const dm = screen.place === screen.bot.dm;
  return el("div", { class: "empty" },
    el("h3", {}, dm ? screen.bot.name : "Nothing has been said here yet"),
    el("p", {}, dm ? screen.bot.about : ""),
    dm && screen.commands.length && el("p", {}, "Try ", el("code", {}, screen.commands[0].command), " below."));
}

function messageNode(message, on, follows) {
  const context = contextFor(message.ts, { ts: message.ts });
  const time = format(on, { hour: "2-digit", minute: "2-digit" });
  const avatar = paint(el("span", { class: "avatar", "aria-hidden": "true" }), { id: message.user, name: message.name }, message.app);
  const shortcuts = screen.shortcuts.filter((one) => one.type === "message");
  const more = shortcuts.length && el("button", { type: "button", class: "more", "aria-haspopup": "menu", "aria-label": "More actions" }, "⋯");
  if (more) more.addEventListener("click", () => menu(more, "More actions", shortcuts.map((one) => ({
    text: one.name, data: { shortcut: one.callback_id }, pick: () => useShortcut(one.callback_id, message.ts),
  }))));
  return el("article", {
    class: `message ${message.ephemeral ? "ephemeral" : ""} ${follows ? "follows" : ""}`,
    data: { messageTs: message.ts, ephemeral: String(message.ephemeral) },
    "aria-label": `${message.name}, ${time}`,
  },
  follows ? el("span", { class: "gutter" }, el("time", {}, time)) : avatar,
  el("div", { class: "body" },
    message.ephemeral && el("p", { class: "only" }, "👁 Only visible to you"),
    !follows && el("p", { class: "by" }, el("strong", { dir: "auto" }, message.name), message.app && el("span", { class: "badge" }, "APP"), el("time", {}, time), message.reply && el("small", {}, "in a thread")),
    message.blocks.length ? blocks(message.blocks, context) : mrkdwn(message.text, context),
    message.reactions.length ? el("p", { class: "reactions" }, message.reactions.map(([name]) => el("span", {}, `:${name}:`))) : null),
  more);
}

// ---- people

async function switchPerson() {
  at("switch").setAttribute("aria-expanded", "true");
  const chosen = await ask("Act as", (done) => {
    const teams = [...new Set(screen.people.map((one) => one.team))];
    return [el("h3", {}, "Act as"), ...teams.map((team) => el("div", { class: "people", role: "group", "aria-label": team },
      teams.length > 1 && el("h4", {}, team),
      screen.people.filter((one) => one.team === team).map((one) => el("button", {
        type: "button", class: "person", data: { person: one.key }, "aria-current": one.key === here.person ? "true" : undefined, onclick: () => done(one),
      }, paint(el("span", { class: "avatar", "aria-hidden": "true" }), one),
      el("span", { class: "who" }, el("strong", {}, one.name), el("small", {}, [clock(one.tz), one.tz.split("/").at(-1).replaceAll("_", " "), one.standing].filter(Boolean).join(" · ")))))))];
  });
  at("switch").setAttribute("aria-expanded", "false");
  if (chosen) goTo(chosen.key, "", here.tab);
}

// ---- writing

function drawComposer(bot) {
  const dm = screen.place === bot.dm;
  const channel = screen.channels.find((one) => one.id === screen.place);
  at("words").placeholder = dm && bot.read_only ? `Type ${screen.commands[0]?.command || "/"}` : `Message ${dm ? bot.name : "#" + channel.name}`;
  at("lightning").hidden = !screen.shortcuts.some((one) => one.type === "global");
}

function fitting(typed) {
  if (/^\/\S*$/.test(typed)) {
    return screen.commands.filter((one) => one.command.startsWith(typed) && one.command !== typed)
      .map((one) => ({ word: one.command, hint: one.hint, about: one.description }));
  }
  const name = /(?:^|\s)@([^\s@]*)$/.exec(typed)?.[1].toLowerCase();
  if (name === undefined) return [];
  return Object.entries(screen.handles).filter(([handle, full]) => `${handle} ${full}`.toLowerCase().includes(name)).slice(0, 6)
    .map(([handle, full]) => ({ word: `@${handle}`, about: full }));
}

function hints() {
  const found = fitting(at("words").value);
  at("hints").hidden = !found.length;
  at("hints").replaceChildren(...found.map((one, index) => el("li", { role: "option", "aria-selected": String(index === 0), data: { word: one.word }, onclick: () => complete(one.word) },
    el("strong", {}, one.word), " ", one.hint && el("code", {}, one.hint), el("small", {}, one.about))));
}

function complete(word) {
  at("words").value = `${at("words").value.replace(/\S*$/, "")}${word} `;
  at("words").focus();
  hints();
}

function keys(event) {
  const options = [...at("hints").children];
  const marked = options.findIndex((one) => one.ariaSelected === "true");
  if (options.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const next = (marked + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
    options.forEach((one, index) => one.setAttribute("aria-selected", String(index === next)));
  } else if (options.length && ["Tab", "Enter"].includes(event.key)) {
    event.preventDefault();
    complete(options[Math.max(0, marked)].dataset.word);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    at("composer").requestSubmit();
  } else if (event.key === "Escape") at("hints").hidden = true;
}

async function send(event) {
  event.preventDefault();
  const typed = at("words").value.trim();
  if (!typed) return;
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(typed);
  if (!command && screen.place === screen.bot.dm && screen.bot.read_only) {
    toast(`${screen.bot.name} takes commands here, not messages. Start with ${screen.commands[0]?.command || "/"}.`);
    return;
  }
  at("words").value = "";
  grow();
  at("composer").classList.add("busy");
  at("messages").scrollTop = at("messages").scrollHeight;
  const place = screen.place;
  await (command ? act("command", { command: command[1], text: command[2], place }) : act("say", { text: typed, place }));
  at("composer").classList.remove("busy");
  showNewest();
}

function grow() {
  const box = at("words");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
}

async function useShortcut(callback, ts) {
  const answer = await act("shortcut", { callback_id: callback, ts, place: screen.place });
  if (answer.error) toast(failure(screen.bot.name, answer.error));
}

at("words").addEventListener("input", () => { hints(); grow(); });
at("words").addEventListener("keydown", keys);
at("composer").addEventListener("submit", send);
at("switch").addEventListener("click", switchPerson);
at("me").addEventListener("click", switchPerson);
at("menu").addEventListener("click", () => {
  const open = document.body.classList.toggle("open");
  at("menu").setAttribute("aria-expanded", String(open));
});
at("main").addEventListener("pointerdown", (event) => { if (!event.target.closest("#menu")) document.body.classList.remove("open"); });
at("lightning").addEventListener("click", () => menu(at("lightning"), "Shortcuts", screen.shortcuts.filter((one) => one.type === "global").map((one) => ({
  parts: [el("strong", {}, one.name), el("small", {}, one.description)], data: { shortcut: one.callback_id }, pick: () => useShortcut(one.callback_id),
}))));
addEventListener("hashchange", route);
setInterval(() => { if (screen) at("switch").querySelector("small").textContent = `${clock(screen.me.tz)} · ${screen.me.tz.split("/").at(-1).replaceAll("_", " ")}`; }, 30000);
route();
follow();
