// The messages of one conversation, each drawn again only when it has changed.

import { blocks } from "./blocks.js";
import { el, keepFocus, menu, place } from "./dom.js";
import { icon } from "./marks.js";
import { paint } from "./people.js";
import { format, mrkdwn } from "./text.js";
import { contextFor, here, screen, useShortcut } from "./workspace.js";

const box = document.getElementById("messages");
const drawn = new Map(); // the node of each message, by ts, with what it was drawn from
let newestShown = "";

export function clearMessages() {
  drawn.clear();
  newestShown = "";
  box.replaceChildren();
}

export function drawMessages() {
  const low = box.scrollHeight - box.scrollTop - box.clientHeight < 120 || !box.childElementCount;
  const nodes = [];
  let day = "";
  let last = null;
  for (const message of screen.messages) {
    const on = new Date(Number(message.ts) * 1000);
    const words = format(on, { weekday: "long", day: "numeric", month: "long" });
    if (words !== day) {
      day = words;
      nodes.push(once(`day-${day}`, 0, () => el("div", { class: "day", role: "separator" }, el("span", {}, words))));
      last = null;
    }
    const follows = Boolean(last && last.user === message.user && !message.ephemeral && !last.ephemeral && !message.blocks.length && message.ts - last.ts < 300);
    nodes.push(once(message.ts, `${message.revision}${follows}`, () => messageNode(message, on, follows)));
    last = message;
  }
  if (!nodes.length) nodes.push(once("empty", here.place, emptyNode));
  keepFocus(box, () => place(box, nodes));
  const newest = last ? `${here.person}/${screen.place}/${last.ts}` : "";
  if (low && newest !== newestShown) showNewest();
  else if (low) box.scrollTop = box.scrollHeight;
  newestShown = newest;
}

// Scrolls to the end of the messages; to the start of the newest where it is taller than the screen.
export function showNewest() {
  const newest = box.lastElementChild;
  const tall = newest.offsetHeight > box.clientHeight;
  if (tall) box.scrollTop += newest.getBoundingClientRect().top - box.getBoundingClientRect().top;
  else box.scrollTop = box.scrollHeight;
}

function once(key, revision, make) {
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
  return el("article", {
    class: `message ${message.ephemeral ? "ephemeral" : ""} ${follows ? "follows" : ""}`,
    data: { messageTs: message.ts, ephemeral: String(message.ephemeral) },
    "aria-label": `${message.name}, ${time}`,
  },
  follows ? el("span", { class: "gutter" }, el("time", {}, time)) : avatar,
  el("div", { class: "body" },
    message.ephemeral && el("p", { class: "only" }, icon("eye"), " Only visible to you"),
    !follows && el("p", { class: "by" }, el("strong", { dir: "auto" }, message.name), message.app && el("span", { class: "badge" }, "APP"), el("time", {}, time)),
    message.blocks.length ? blocks(message.blocks, context) : mrkdwn(message.text, context)),
  moreActions(message));
}

function moreActions(message) {
  const shortcuts = screen.shortcuts.filter((one) => one.type === "message");
  if (!shortcuts.length) return null;
  const more = el("button", { type: "button", class: "more", "aria-haspopup": "menu", "aria-label": "More actions" }, icon("more"));
  more.addEventListener("click", () => menu(more, "More actions", shortcuts.map((one) => ({
    text: one.name, data: { shortcut: one.callback_id }, pick: () => useShortcut(one.callback_id, message.ts),
  }))));
  return more;
}
