// Slack's text into DOM nodes: mrkdwn, plain text with emoji, dates, mentions. Text nodes only, never markup.

import { el } from "./dom.js";

let zone = undefined;
// Whose clock is read: a person's device stands in the person's own zone.
export const readClockOf = (tz) => { zone = tz; };
export const format = (moment, form, locale = "en-GB") => new Intl.DateTimeFormat(locale, { timeZone: zone, ...form }).format(moment);

const EMOJI = Object.fromEntries(`
+1 👍|thumbsup 👍|-1 👎|100 💯|alarm_clock ⏰|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️|arrow_upper_right ↗️|arrow_lower_right ↘️
bangbang ‼️|bar_chart 📊|bell 🔔|no_bell 🔕|black_circle ⚫|blue_heart 💙|blush 😊|bookmark 🔖|books 📚|boom 💥|brain 🧠|broken_heart 💔|bulb 💡
busts_in_silhouette 👥|bust_in_silhouette 👤|calendar 📆|date 📅|spiral_calendar_pad 🗓️|calling 📲|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉
checkered_flag 🏁|clap 👏|clipboard 📋|clock3 🕒|clock9 🕘|coffee ☕|confetti_ball 🎊|construction 🚧|credit_card 💳|crown 👑|cry 😢|dart 🎯|desert_island 🏝️
dollar 💵|euro 💶|moneybag 💰|email 📧|envelope ✉️|exclamation ❗|eyes 👀|fire 🔥|fearful 😨|gear ⚙️|gem 💎|gift 🎁|grey_question ❔|green_circle 🟢
green_heart 💚|handshake 🤝|heart ❤️|heavy_check_mark ✔️|heavy_minus_sign ➖|heavy_plus_sign ➕|hourglass ⌛|hourglass_flowing_sand ⏳|house 🏠|inbox_tray 📥
information_source ℹ️|iphone 📱|key 🔑|large_blue_circle 🔵|large_green_circle 🟢|large_orange_circle 🟠|large_yellow_circle 🟡|large_red_circle 🔴
large_green_square 🟩|large_red_square 🟥|large_yellow_square 🟨|link 🔗|lock 🔒|mag 🔍|mailbox 📫|memo 📝|pencil 📝|mega 📣|loudspeaker 📢|mute 🔇
neutral_face 😐|no_entry ⛔|no_entry_sign 🚫|office 🏢|ok ✅|ok_hand 👌|orange_circle 🟠|package 📦|palm_tree 🌴|paperclip 📎|page_facing_up 📄|pensive 😔
phone ☎️|telephone ☎️|telephone_receiver 📞|point_right 👉|pray 🙏|pushpin 📌|question ❓|rage 😡|raised_hands 🙌|receipt 🧾|recycle ♻️|red_circle 🔴
repeat 🔁|rocket 🚀|rotating_light 🚨|round_pushpin 📍|scales ⚖️|seedling 🌱|simple_smile 🙂|slightly_smiling_face 🙂|slightly_frowning_face 🙁|smile 😄|grinning 😀
smiley 😃|sos 🆘|sparkles ✨|speech_balloon 💬|star ⭐|star2 🌟|stop_sign 🛑|stopwatch ⏱️|sun_with_face 🌞|sunny ☀️|sunrise 🌅|tada 🎉|thermometer 🌡️|thinking_face 🤔
thought_balloon 💭|traffic_light 🚥|trophy 🏆|umbrella ☂️|unamused 😒|unlock 🔓|warning ⚠️|wave 👋|white_check_mark ✅|white_circle ⚪|wrench 🔧|x ❌|yellow_circle 🟡|zap ⚡|zzz 💤
`.trim().split(/[|\n]/).map((pair) => pair.split(" ")));

export const emoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] || whole);
const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

export function plain(object) {
  return object.emoji === false ? object.text : emoji(object.text);
}

export function textObject(object, context) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, context) : el("span", { class: "plain", dir: "auto" }, plain(object));
}

export function mrkdwn(text, context) {
  const box = el("div", { class: "mrkdwn", dir: "auto" });
  text.split("```").forEach((part, index) => {
    if (index % 2) box.append(el("pre", {}, unescape(part.replace(/^\n|\n$/g, ""))));
    else box.append(...lines(part, context));
  });
  return box;
}

function lines(text, context) {
  const nodes = [];
  let quote = null;
  text.split("\n").forEach((line, index, all) => {
    const quoted = /^(&gt;|>) ?/.exec(line);
    if (quoted) {
      if (!quote) nodes.push(quote = el("blockquote"));
      else quote.append("\n");
      quote.append(...inline(line.slice(quoted[0].length), context));
    } else {
      nodes.push(...inline(line, context));
      if (index < all.length - 1) nodes.push("\n");
      quote = null;
    }
  });
  return nodes;
}

const MARK = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*[^~\s])~(?![\p{L}\p{N}~])/gu;

export function inline(text, context) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(MARK)) {
    if (found.index > from) nodes.push(emoji(unescape(text.slice(from, found.index))));
    from = found.index + found[0].length;
    const [, code, token, bold, italic, strike] = found;
    if (code !== undefined) nodes.push(el("code", {}, unescape(code)));
    else if (token !== undefined) nodes.push(reference(token, context));
    else if (bold !== undefined) nodes.push(el("strong", {}, ...inline(bold, context)));
    else if (italic !== undefined) nodes.push(el("em", {}, ...inline(italic, context)));
    else nodes.push(el("s", {}, ...inline(strike, context)));
  }
  if (from < text.length) nodes.push(emoji(unescape(text.slice(from))));
  return nodes;
}

function reference(token, context) {
  const [target, label] = [token.split("|")[0], token.split("|").slice(1).join("|")];
  if (/^@[UW]/.test(target)) return mention(`@${context.users[target.slice(1)] || label || target.slice(1)}`);
  if (/^#C/.test(target)) return mention(`#${context.channels[target.slice(1)] || label || target.slice(1)}`);
  if (/^!date\^/.test(target)) return date(target, label);
  if (/^!(channel|here|everyone)/.test(target)) return mention(`@${target.slice(1)}`, "loud");
  if (/^!subteam/.test(target)) return mention(label || "@group");
  return link(unescape(target), label ? unescape(label) : "");
}

const mention = (text, kind = "") => el("span", { class: `mention ${kind}` }, text);

export function link(address, label) {
  if (!/^(https?:|mailto:|tel:)/i.test(address)) return label || address;
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, emoji(label || address.replace(/^mailto:/, "")));
}

const FORMS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

function pretty(name, moment) {
  const day = (when) => Date.parse(format(when, { year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA"));
  const days = Math.round((day(moment) - day(new Date())) / 864e5);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] || format(moment, FORMS[name]);
}

export function dateText(seconds, pattern, fallback) {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback;
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "ago") return new Intl.RelativeTimeFormat().format(Math.round((moment - Date.now()) / 36e5), "hour");
    if (name.endsWith("_pretty")) return pretty(name.replace("_pretty", ""), moment);
    if (!FORMS[name]) known = false;
    return FORMS[name] ? format(moment, FORMS[name]) : whole;
  });
  return known ? text : fallback;
}

function date(target, fallback) {
  const [, seconds, pattern, address] = target.split("^");
  const text = dateText(seconds, unescape(pattern || ""), unescape(fallback));
  return address ? link(unescape(address), text) : el("time", { title: unescape(fallback) }, text);
}
