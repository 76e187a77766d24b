// Around the conversation: the places to go, the title with its tabs, and whom one acts as.

import { ask, el, redraw } from "./dom.js";
import { icon } from "./marks.js";
import { clock, paint } from "./people.js";
import { goTo, here, screen } from "./workspace.js";

const at = (id) => document.getElementById(id);
const seen = JSON.parse(sessionStorage.getItem("seen") || "{}");
const city = (tz) => tz.split("/").at(-1).replaceAll("_", " ");

export function drawSidebar() {
  const { me, workspace } = screen;
  at("workspace-name").textContent = workspace.name;
  paint(at("switch").querySelector(".avatar"), me);
  paint(at("me").querySelector(".avatar"), me);
  at("switch").querySelector("strong").textContent = me.name;
  drawClock();
  drawPlaces();
}

export function drawClock() {
  if (screen) at("switch").querySelector("small").textContent = `${clock(screen.me.tz)} · ${city(screen.me.tz)}`;
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
  const avatar = paint(el("span", { class: "avatar small", "aria-hidden": "true" }), screen.bot, true);
  const [dm, ...channels] = screen.channels;
  const inDm = screen.place === dm.id;
  redraw(at("places"), [here, screen.place, screen.bot.name, screen.channels.map((one) => [one, unread(one)])], () => [
    channels.length ? el("h2", {}, "Channels") : "",
    ...channels.map((one) => entry(one.name, one.id, screen.place === one.id && here.tab !== "home", unread(one), channelSign(one))),
    el("h2", {}, "Apps"),
    entry(screen.bot.name, "messages", inDm || here.tab === "home", unread(dm), avatar),
  ]);
}

const channelSign = (channel) => el("b", { class: "sign" }, icon(channel.kind === "private" ? "lock" : "hash"));

export function drawTitle() {
  const channel = screen.channels.find((one) => one.id === screen.place);
  const inDm = channel.kind === "im";
  redraw(at("title"), [channel.id, channel.name], () => [
    inDm ? paint(el("span", { class: "avatar small", "aria-hidden": "true" }), screen.bot, true) : channelSign(channel),
    el("h2", {}, inDm ? screen.bot.name : channel.name),
  ]);
  const tab = (text, key, on) => el("a", { role: "tab", href: `#${here.person}/${key}`, "aria-selected": String(on), data: { tab: key } }, text);
  at("tabs").hidden = !inDm;
  redraw(at("tabs"), here, () => [tab("Home", "home", here.tab === "home"), tab("Messages", "messages", here.tab !== "home")]);
}

export async function switchPerson() {
  at("switch").setAttribute("aria-expanded", "true");
  const chosen = await ask("Act as", (done) => {
    const teams = [...new Set(screen.people.map((one) => one.team))];
    return [el("h3", {}, "Act as"), ...teams.map((team) => el("div", { class: "people", role: "group", "aria-label": team },
      teams.length > 1 && el("h4", {}, team),
      screen.people.filter((one) => one.team === team).map((one) => el("button", {
        type: "button", class: "person", data: { person: one.key }, "aria-current": one.key === here.person ? "true" : undefined, onclick: () => done(one),
      }, paint(el("span", { class: "avatar", "aria-hidden": "true" }), one),
      el("span", { class: "who" }, el("strong", {}, one.name), el("small", {}, [clock(one.tz), city(one.tz), one.account].filter(Boolean).join(" · ")))))))];
  });
  at("switch").setAttribute("aria-expanded", "false");
  if (chosen) goTo(chosen.key, "", here.tab);
}
