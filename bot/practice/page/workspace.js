// What the page knows of the workspace, and how it asks for more: one person's screen, acts, notice of changes.

import { el, toast } from "./dom.js";
import { readClockOf } from "./text.js";

// Who is acting, and where: `key` is the place as the address bar has it, `place` a channel's id or "" for the bot's DM.
export const here = { person: "", key: "", place: "", tab: "messages" };
export let screen = null;
export const drafts = {}; // what was typed and not sent yet, by view id or message ts
let asked = 0;
let draw = () => {};

export function onScreen(handler) {
  draw = handler;
}

export async function load() {
  const turn = ++asked;
  const query = new URLSearchParams({ person: here.person, place: here.place });
  const answer = await fetch(`/practice/screen?${query}`).then((response) => response.json(), () => null);
  if (!answer || turn !== asked) return;
  if (!answer.me) {
    if (answer.people.length) goTo(answer.people[0].key, "", "messages");
    else document.getElementById("messages").replaceChildren(el("p", { class: "empty" }, "Nobody is in this workspace yet."));
    return;
  }
  screen = answer;
  readClockOf(screen.me.tz);
  draw();
}

const send = (name, body) => fetch("/practice/act", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ act: name, person: here.person, place: screen?.place ?? here.place, ...body }),
}).then((response) => response.json());

export async function act(name, body = {}) {
  const answer = await send(name, body).catch(() => ({ error: "the practice workspace does not answer" }));
  await load();
  return answer;
}

export function follow() {
  const offline = document.getElementById("offline");
  const stream = new EventSource("/practice/changes");
  stream.onmessage = () => { offline.hidden = true; load(); };
  stream.onerror = () => { offline.hidden = false; };
}

export function goTo(person, place, tab) {
  location.hash = `#${person}/${tab === "home" ? "home" : place || "messages"}`;
}

export async function useShortcut(callback, ts) {
  const answer = await act("shortcut", { callback_id: callback, ts, place: screen.place });
  if (answer.error) toast(failure(answer.error));
}

export function failure(error) {
  const why = { operation_timeout: "it took longer than three seconds", dispatch_failed: "it cannot be reached", http_service_error: "it failed inside", http_client_error: "it did not know what to do with this" };
  return `${screen.bot.name} did not answer: ${why[error] || error} (${error}).`;
}

// What blocks need to be drawn and used; `target` names the message or the view that they are in.
export function contextFor(scope, target) {
  const channels = Object.fromEntries(screen.channels.filter((one) => one.kind !== "im").map((one) => [one.id, one.name]));
  const values = (drafts[scope] ||= {});
  const named = (block, element) => ({ ...target, block_id: block.block_id, action_id: element.action_id });
  return {
    scope, values, channels, users: screen.users,
    use: async (block, element, value) => {
      const answer = await act("use", { ...named(block, element), value: value ?? (element.type === "button" ? element.value : undefined), values });
      if (answer.error) toast(failure(answer.error));
      return answer.error;
    },
    suggest: async (block, element, typed) => {
      const answer = await send("suggest", { ...named(block, element), typed }).catch(() => ({}));
      return answer.options || [];
    },
  };
}
