// Small tools for building the page. Everything that comes from outside becomes text, never markup.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "data") for (const [key, datum] of Object.entries(value)) node.dataset[key] = datum;
    else if (name in node && name !== "list" && name !== "form") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Makes `nodes` the children of `box`, touching none that stay: focus, open pickers and scrolling survive.
export function place(box, nodes) {
  const staying = new Set(nodes);
  for (const child of [...box.childNodes]) if (!staying.has(child)) child.remove();
  let next = box.firstChild;
  for (const node of nodes) {
    if (node === next) next = next.nextSibling;
    else box.insertBefore(node, next);
  }
}

// Draws `box` again only when `key` differs from last time.
const drawnKeys = new WeakMap();
export function redraw(box, key, build) {
  const text = JSON.stringify(key);
  if (drawnKeys.get(box) === text) return;
  drawnKeys.set(box, text);
  box.replaceChildren(...build().filter(Boolean));
}

// Runs `change`; if what had the focus was drawn again, its successor gets it (the same control, else the first one).
export function keepFocus(box, change) {
  const old = document.activeElement;
  const inside = box.contains(old);
  const { actionId, blockId } = old?.dataset || {};
  const ts = old?.closest("[data-message-ts]")?.dataset.messageTs;
  change();
  if (!inside || old.isConnected) return;
  const scope = (ts && box.querySelector(`[data-message-ts="${ts}"]`)) || box;
  const fitting = [...scope.querySelectorAll("[data-action-id]")];
  (fitting.find((one) => one.dataset.actionId === actionId && one.dataset.blockId === blockId)
    || fitting.find((one) => one.dataset.actionId === actionId) || fitting[0] || box).focus({ preventScroll: true });
}

export function toast(text) {
  const note = el("p", { class: "toast" }, text);
  const box = document.getElementById("toasts");
  box.append(note);
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover(); // on top of any dialog
  setTimeout(() => note.remove(), 7000);
}

// A popup of choices under a button; arrow keys move, Escape closes.
export function menu(anchor, label, choices) {
  document.querySelector(".menu")?.remove();
  const list = el("div", { class: "menu", role: "menu", "aria-label": label });
  const close = () => {
    list.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
  };
  const outside = (event) => { if (!list.contains(event.target) && event.target !== anchor) close(); };
  for (const choice of choices) {
    list.append(el("button", {
      type: "button", role: "menuitem", data: choice.data || {},
      onclick: () => { close(); anchor.focus(); choice.pick(); },
    }, ...(choice.parts || [choice.text])));
  }
  list.addEventListener("keydown", (event) => {
    const items = [...list.children];
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape") { event.stopPropagation(); event.preventDefault(); close(); anchor.focus(); }
    else if (event.key === "ArrowDown") { event.preventDefault(); items[(at + 1) % items.length].focus(); }
    else if (event.key === "ArrowUp") { event.preventDefault(); items[(at - 1 + items.length) % items.length].focus(); }
    else if (event.key === "Tab") close();
  });
  anchor.setAttribute("aria-expanded", "true");
  (anchor.closest("dialog") || document.body).append(list);
  const box = anchor.getBoundingClientRect();
  list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - list.offsetWidth - 8))}px`;
  const below = box.bottom + 4;
  list.style.top = `${Math.max(8, below + list.offsetHeight > innerHeight ? box.top - list.offsetHeight - 4 : below)}px`;
  list.firstElementChild?.focus();
  setTimeout(() => document.addEventListener("pointerdown", outside));
  return list;
}

// A modal dialog of the page itself; resolves with what `body(done)` hands to `done`, or undefined when it is dismissed.
export function ask(label, body) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { class: "ask", "aria-label": label });
    const done = (value) => { dialog.close(); dialog.remove(); resolve(value); };
    dialog.append(...[body(done)].flat());
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); done(undefined); });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) done(undefined); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
