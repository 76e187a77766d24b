// Block Kit into DOM nodes. `context` knows users and channels, and what to do when an element is used.

import { control } from "./controls.js";
import { el } from "./dom.js";
import { drawn, icon } from "./marks.js";
import { link, mention, textObject, words } from "./text.js";

export function blocks(list, context) {
  return list.map((block) => {
    const render = RENDER[block.type];
    const node = render ? render(block, context) : el("p", { class: "unknown" }, `[${block.type}]`);
    node.classList.add("block", `block-${block.type}`);
    node.dataset.blockId = block.block_id;
    return node;
  });
}

const RENDER = {
  section: (block, context) => el("div", {},
    el("div", { class: "section-words" }, textObject(block.text, context)),
    block.accessory && el("div", { class: "accessory" }, control(block.accessory, block, context))),
  header: (block) => el("h3", { dir: "auto" }, words(block.text)),
  divider: () => el("hr"),
  context: (block, context) => el("div", {}, block.elements.map((one) => textObject(one, context))),
  actions: (block, context) => el("div", {}, block.elements.map((one) => control(one, block, context))),
  image: (block) => el("figure", {}, block.title && el("figcaption", {}, words(block.title)), picture(block)),
  rich_text: (block, context) => el("div", {}, block.elements.map((part) => richPart(part, context))),
  input: (block, context) => field(block, context),
};

// No picture is fetched from outside: its description stands in its place, as it does for a screen reader.
function picture(image) {
  return el("span", { class: "picture", role: "img", "aria-label": image.alt_text }, icon("picture"), " ", image.alt_text);
}

function field(block, context) {
  const id = `${context.scope}-${block.block_id}`;
  const inner = control(block.element, block, { ...context, inInput: true, labelledBy: id, required: !block.optional });
  return el("div", { class: "field-row" },
    el("div", { class: "label", id }, words(block.label), block.optional && el("small", {}, " (optional)")),
    inner,
    block.hint && el("p", { class: "hint" }, words(block.hint)),
    el("p", { class: "field-error", role: "alert", hidden: true }));
}

function richPart(part, context) {
  const leaves = (of) => of.elements.map((leaf) => richLeaf(leaf, context));
  if (part.type !== "rich_text_list") return el("p", { dir: "auto" }, leaves(part));
  return el(part.style === "ordered" ? "ol" : "ul", { style: `margin-inline-start:${(part.indent || 0) * 1.2}em` },
    part.elements.map((item) => el("li", {}, leaves(item))));
}

function richLeaf(leaf, context) {
  let node = leafNode(leaf, context);
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code" };
  for (const [name, tag] of Object.entries(tags)) if (leaf.style?.[name]) node = el(tag, {}, node);
  return node;
}

function leafNode(leaf, context) {
  if (leaf.type === "link") return link(leaf.url, leaf.text || leaf.url);
  if (leaf.type === "user") return mention(`@${context.users[leaf.user_id] || leaf.user_id}`);
  if (leaf.type === "channel") return mention(`#${context.channels[leaf.channel_id] || leaf.channel_id}`);
  return drawn(leaf.text);
}
