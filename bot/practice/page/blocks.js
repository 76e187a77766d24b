// Block Kit into DOM nodes. `context` knows users and channels, and what to do when an element is used.

import { el } from "./dom.js";
import { control } from "./controls.js";
import { dateText, emoji, link, mrkdwn, plain, textObject } from "./text.js";

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
    el("div", { class: "section-words" },
      block.text && textObject(block.text, context),
      block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("div", { class: "field" }, textObject(field, context))))),
    block.accessory && el("div", { class: "accessory" }, element(block.accessory, block, context))),
  header: (block) => el("h3", { dir: "auto" }, plain(block.text)),
  divider: () => el("hr"),
  context: (block, context) => el("div", {}, block.elements.map((one) => one.type === "image" ? picture(one) : textObject(one, context))),
  actions: (block, context) => el("div", {}, block.elements.map((one) => element(one, block, context))),
  context_actions: (block, context) => el("div", {}, block.elements.map((one) => element(one, block, context))),
  image: (block) => el("figure", {}, block.title && el("figcaption", {}, plain(block.title)), picture(block)),
  rich_text: (block, context) => el("div", {}, block.elements.map((part) => richPart(part, context))),
  input: (block, context) => field(block, context),
  markdown: (block, context) => mrkdwn(block.text.replace(/\*\*(.+?)\*\*/g, "*$1*"), context),
  alert: (block, context) => el("p", { class: `alert ${block.level || "default"}` }, textObject(block.text, context)),
  table: (block, context) => table(block.rows, context),
  data_table: (block, context) => el("figure", {}, el("figcaption", {}, block.caption), table(block.rows, context)),
  container: (block, context) => el("div", {}, block.title && el("h4", {}, plain(block.title)), ...blocks(block.child_blocks, context)),
};

function element(one, block, context) {
  return one.type === "image" ? picture(one) : control(one, block, context);
}

// No picture is fetched from outside: its description stands in its place, as it does for a screen reader.
function picture(image) {
  const own = (image.image_url || "").startsWith("data:image/");
  if (own) return el("img", { src: image.image_url, alt: image.alt_text });
  return el("span", { class: "picture", role: "img", "aria-label": image.alt_text, title: image.image_url }, `🖼 ${image.alt_text}`);
}

function field(block, context) {
  const id = `${context.scope}-${block.block_id}`;
  const inner = control(block.element, block, { ...context, inInput: true, labelledBy: id, required: !block.optional });
  return el("div", { class: "field-row" },
    el("div", { class: "label", id }, plain(block.label), block.optional && el("small", {}, " (optional)")),
    inner,
    block.hint && el("p", { class: "hint" }, plain(block.hint)),
    el("p", { class: "field-error", role: "alert", hidden: true }));
}

function richPart(part, context) {
  const leaves = () => part.elements.map((leaf) => richLeaf(leaf, context));
  if (part.type === "rich_text_list") {
    return el(part.style === "ordered" ? "ol" : "ul", { style: `margin-inline-start:${(part.indent || 0) * 1.2}em`, start: (part.offset || 0) + 1 },
      part.elements.map((item) => el("li", {}, item.elements.map((leaf) => richLeaf(leaf, context)))));
  }
  if (part.type === "rich_text_quote") return el("blockquote", {}, leaves());
  if (part.type === "rich_text_preformatted") return el("pre", {}, leaves());
  return el("p", { dir: "auto" }, leaves());
}

function richLeaf(leaf, context) {
  let node = leafNode(leaf, context);
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
  for (const [name, tag] of Object.entries(tags)) if (leaf.style?.[name]) node = el(tag, {}, node);
  return node;
}

function leafNode(leaf, context) {
  switch (leaf.type) {
    case "text": return leaf.text;
    case "link": return link(leaf.url, leaf.text || leaf.url);
    case "user": return el("span", { class: "mention" }, `@${context.users[leaf.user_id] || leaf.user_id}`);
    case "channel": return el("span", { class: "mention" }, `#${context.channels[leaf.channel_id] || leaf.channel_id}`);
    case "broadcast": return el("span", { class: "mention loud" }, `@${leaf.range}`);
    case "emoji": return emoji(`:${leaf.name}:`);
    case "date": return el("time", {}, dateText(leaf.timestamp, leaf.format, leaf.fallback || ""));
    default: return leaf.value || "";
  }
}

function table(rows, context) {
  const cell = (tag) => (one) => el(tag, { dir: "auto" }, one.type === "rich_text" ? one.elements.map((part) => richPart(part, context)) : String(one.text ?? one.value));
  return el("div", { class: "table" }, el("table", {},
    el("thead", {}, el("tr", {}, rows[0].map(cell("th")))),
    el("tbody", {}, rows.slice(1).map((row) => el("tr", {}, row.map(cell("td")))))));
}
