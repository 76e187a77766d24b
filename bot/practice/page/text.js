// Slack's text into DOM nodes: mrkdwn, plain text, mentions. Text nodes only, never markup.

import { el } from "./dom.js";
import { drawn } from "./marks.js";

let zone = undefined;
// Whose clock is read: a person's device is in the person's own zone.
export const readClockOf = (tz) => { zone = tz; };
export const format = (moment, form) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...form }).format(moment);

const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// For attributes and native menus, which take characters alone; elsewhere `words` draws the marks too.
export const plain = (object) => object.text;
export const words = (object) => drawn(object.text);

export function textObject(object, context) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, context) : el("span", { class: "plain", dir: "auto" }, words(object));
}

export function mrkdwn(text, context) {
  return el("div", { class: "mrkdwn", dir: "auto" }, inline(text, context));
}

const MARK = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*[^~\s])~(?![\p{L}\p{N}~])/gu;

function inline(text, context) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(MARK)) {
    if (found.index > from) nodes.push(drawn(unescape(text.slice(from, found.index))));
    from = found.index + found[0].length;
    const [, code, token, bold, italic, strike] = found;
    if (code !== undefined) nodes.push(el("code", {}, unescape(code)));
    else if (token !== undefined) nodes.push(reference(token, context));
    else if (bold !== undefined) nodes.push(el("strong", {}, inline(bold, context)));
    else if (italic !== undefined) nodes.push(el("em", {}, inline(italic, context)));
    else nodes.push(el("s", {}, inline(strike, context)));
  }
  if (from < text.length) nodes.push(drawn(unescape(text.slice(from))));
  return nodes;
}

function reference(token, context) {
  const [target, ...rest] = token.split("|");
  const label = rest.join("|");
  if (/^@[UW]/.test(target)) return mention(`@${context.users[target.slice(1)] || label || target.slice(1)}`);
  if (/^#C/.test(target)) return mention(`#${context.channels[target.slice(1)] || label || target.slice(1)}`);
  if (/^!(channel|here|everyone)/.test(target)) return mention(`@${target.slice(1)}`, "loud");
  return link(unescape(target), unescape(label));
}

export const mention = (text, kind = "") => el("span", { class: `mention ${kind}` }, text);

export function link(address, label) {
  if (!/^(https?:|mailto:|tel:)/i.test(address)) return drawn(label || address);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, drawn(label || address.replace(/^mailto:/, "")));
}
