// Marks and icons, drawn: neither the messages nor the page need an emoji font.

import { el } from "./dom.js";

// The marks that may stand in a message, each with what a screen reader says of it.
const MARKS = {
  "🔴": { name: "red", label: "red circle" },
  "🟡": { name: "yellow", label: "yellow circle" },
  "🟢": { name: "green", label: "green circle" },
  "⚪": { name: "white", label: "white circle" },
  "✓": { name: "check", label: "check mark" },
};
const ANY_MARK = new RegExp(`(${Object.keys(MARKS).join("|")})\ufe0f?`, "u");

const CIRCLE = "M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19z";
const PATHS = {
  red: CIRCLE, yellow: CIRCLE, green: CIRCLE, white: CIRCLE,
  check: "M4.5 12.5l5 5L19.5 7",
  app: "M12 4l8 8l-8 8l-8-8z",
  close: "M6 6l12 12M18 6L6 18",
  eye: "M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zM12 9.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6z",
  hash: "M9.5 4l-2 16M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  lightning: "M13 2.5l-8 11h6l-1 8l8-11h-6z",
  lock: "M6 10.5h12v9H6zM8.5 10.5v-3a3.5 3.5 0 0 1 7 0v3",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  picture: "M3.5 5h17v14h-17zM4 17l5-5.5l4 4l3-2.5l4.5 4M15.5 9h.01",
  send: "M4 4l17 8l-17 8l3-8z",
  switch: "M8 20V5M4.5 8.5L8 5l3.5 3.5M16 4v15M12.5 15.5L16 19l3.5-3.5",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// A text as nodes, its marks drawn. The character stays in the text, unseen, so that it can be copied and searched for.
export function drawn(text) {
  return text.split(ANY_MARK).map((part) => {
    const mark = MARKS[part];
    return mark ? el("span", { class: "mark", role: "img", "aria-label": mark.label }, el("span", { class: "quiet" }, part), icon(mark.name)) : part;
  });
}
