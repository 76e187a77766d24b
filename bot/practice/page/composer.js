// Where a person writes: commands and names are suggested, and what is typed is sent.

import { el, menu, toast } from "./dom.js";
import { showNewest } from "./messages.js";
import { act, screen, useShortcut } from "./workspace.js";

const composer = document.getElementById("composer");
const words = document.getElementById("words");
const hints = document.getElementById("hints");
const lightning = document.getElementById("lightning");

export function drawComposer() {
  const { bot } = screen;
  const dm = screen.place === bot.dm;
  const channel = screen.channels.find((one) => one.id === screen.place);
  words.placeholder = dm && bot.read_only ? `Type ${screen.commands[0]?.command || "/"}` : `Message ${dm ? bot.name : "#" + channel.name}`;
  lightning.hidden = !screen.shortcuts.some((one) => one.type === "global");
}

export function clearComposer() {
  words.value = "";
  hints.hidden = true;
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

function suggest() {
  const found = fitting(words.value);
  hints.hidden = !found.length;
  hints.replaceChildren(...found.map((one, index) => el("li", { role: "option", "aria-selected": String(index === 0), data: { word: one.word }, onclick: () => complete(one.word) },
    el("strong", {}, one.word), " ", one.hint && el("code", {}, one.hint), el("small", {}, one.about))));
}

function complete(word) {
  words.value = `${words.value.replace(/\S*$/, "")}${word} `;
  words.focus();
  suggest();
}

function keys(event) {
  const options = [...hints.children];
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
    composer.requestSubmit();
  } else if (event.key === "Escape") hints.hidden = true;
}

async function send(event) {
  event.preventDefault();
  const typed = words.value.trim();
  if (!typed) return;
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(typed);
  if (!command && screen.place === screen.bot.dm && screen.bot.read_only) {
    toast(`${screen.bot.name} takes commands here, not messages. Start with ${screen.commands[0]?.command || "/"}.`);
    return;
  }
  words.value = "";
  grow();
  composer.classList.add("busy");
  const messages = document.getElementById("messages");
  messages.scrollTop = messages.scrollHeight;
  await (command ? act("command", { command: command[1], text: command[2] }) : act("say", { text: typed }));
  composer.classList.remove("busy");
  showNewest();
}

function grow() {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight, 160)}px`;
}

words.addEventListener("input", () => { suggest(); grow(); });
words.addEventListener("keydown", keys);
composer.addEventListener("submit", send);
lightning.addEventListener("click", () => menu(lightning, "Shortcuts", screen.shortcuts.filter((one) => one.type === "global").map((one) => ({
  parts: [el("strong", {}, one.name), el("small", {}, one.description)], data: { shortcut: one.callback_id }, pick: () => useShortcut(one.callback_id),
}))));
