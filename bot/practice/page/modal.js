// The modal on top of a person's stack, as a <dialog>: what was typed survives every redraw.

import { blocks } from "./blocks.js";
import { el, toast } from "./dom.js";
import { icon } from "./marks.js";
import { plain, words } from "./text.js";
import { act, contextFor, drafts, failure, screen } from "./workspace.js";

let dialog = null;
let shown = "";
let closing = "";

export function drawModal() {
  const view = screen.stack.at(-1);
  const key = view ? `${view.id}/${view.hash}` : "";
  if (key === shown) return;
  shown = key;
  dialog?.close();
  dialog?.remove();
  dialog = view ? show(view) : null;
}

function show(view) {
  const { title, submit, close } = view.payload;
  const form = el("form", { class: "view", noValidate: true },
    el("header", {}, el("h2", {}, words(title)), el("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => shut(view) }, icon("close"))),
    el("div", { class: "view-body" }, ...blocks(view.payload.blocks, contextFor(view.id, { view: view.id }))),
    el("footer", {},
      el("button", { type: "button", class: "button", data: { view: "close" }, onclick: () => shut(view) }, close ? words(close) : screen.stack.length > 1 ? "Back" : "Cancel"),
      submit && el("button", { type: "submit", class: "button primary", data: { view: "submit" } }, words(submit))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.classList.contains("busy")) return;
    form.classList.add("busy");
    const answer = await act("submit", { view: view.id, values: drafts[view.id] || {} });
    form.classList.remove("busy");
    showErrors(form, answer.field_errors || {});
    if (answer.error) toast(failure(answer.error));
  });
  const opened = el("dialog", { class: "modal", "aria-label": plain(title), data: { viewId: view.id, callbackId: view.payload.callback_id || "" } }, form);
  opened.addEventListener("cancel", (event) => { event.preventDefault(); shut(view); });
  document.body.append(opened);
  opened.showModal();
  (form.querySelector(".view-body input, .view-body select, .view-body textarea, .view-body button") || form.querySelector("button")).focus();
  return opened;
}

function showErrors(form, errors) {
  let first = null;
  for (const row of form.querySelectorAll(".block-input")) {
    const text = errors[row.dataset.blockId];
    const note = row.querySelector(".field-error");
    note.hidden = !text;
    note.textContent = text || "";
    row.classList.toggle("wrong", Boolean(text));
    const input = row.querySelector("input, select, textarea");
    if (input) input.setAttribute("aria-invalid", String(Boolean(text)));
    if (text && !first) first = input;
  }
  first?.focus();
}

async function shut(view) {
  if (closing === view.id) return; // Escape in a date field cancels twice
  closing = view.id;
  const answer = await act("close", { view: view.id });
  closing = "";
  if (answer.error) toast(answer.error);
}
