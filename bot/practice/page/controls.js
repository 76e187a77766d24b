// What a person can use: buttons, menus, pickers and inputs. Each keeps its value in `context.values` and, outside
// a form, tells the app at once through `context.use`.

import { ask, el, menu } from "./dom.js";
import { plain, textObject } from "./text.js";

export function control(element, block, context) {
  const make = CONTROLS[element.type];
  const node = make ? make(element, block, context) : el("span", { class: "unknown" }, `[${element.type}]`);
  node.dataset.actionId = element.action_id || "";
  node.dataset.blockId = block.block_id;
  return node;
}

// ---- values

function kept(element, block, context, initial) {
  const values = context.values[block.block_id];
  return values && element.action_id in values ? values[element.action_id] : initial;
}

function keep(element, block, context, value) {
  (context.values[block.block_id] ||= {})[element.action_id] = value;
}

async function changed(element, block, context, value, anchor) {
  keep(element, block, context, value);
  if (context.inInput && !block.dispatch_action) return;
  await used(element, block, context, value, anchor);
}

async function used(element, block, context, value, anchor) {
  if (element.confirm && !(await confirmed(element.confirm, context))) return;
  anchor.classList.add("busy");
  anchor.setAttribute("aria-busy", "true");
  const error = await context.use(block, element, value);
  anchor.classList.remove("busy");
  anchor.removeAttribute("aria-busy");
  anchor.classList.toggle("failed", Boolean(error));
  anchor.title = error ? `This did not work: ${error}` : "";
}

function confirmed(confirm, context) {
  return ask(plain(confirm.title), (done) => [
    el("h3", {}, plain(confirm.title)),
    textObject(confirm.text, context),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "button", onclick: () => done(false) }, plain(confirm.deny)),
      el("button", { type: "button", class: `button ${confirm.style === "danger" ? "danger" : "primary"}`, onclick: () => done(true) }, plain(confirm.confirm))),
  ]);
}

const labelling = (element, context, fallback) => context.labelledBy
  ? { "aria-labelledby": context.labelledBy }
  : { "aria-label": element.accessibility_label || (element.placeholder && plain(element.placeholder)) || fallback };

// ---- pressed

function button(element, block, context) {
  const node = el("button", { type: "button", class: `button ${element.style || ""}`, dir: "auto", "aria-label": element.accessibility_label },
    el("span", {}, plain(element.text)));
  node.addEventListener("click", () => {
    if (node.classList.contains("busy")) return;
    if (/^https?:/i.test(element.url || "")) window.open(element.url, "_blank", "noopener");
    used(element, block, context, undefined, node);
  });
  return node;
}

function overflow(element, block, context) {
  const node = el("button", { type: "button", class: "button overflow", "aria-haspopup": "menu", "aria-label": "More" }, "⋯");
  node.addEventListener("click", () => menu(node, "More", element.options.map((option) => ({
    parts: [el("span", {}, plain(option.text)), option.description && el("small", {}, plain(option.description))],
    data: { option: option.value },
    pick: () => used(element, block, context, option.value, node),
  }))));
  return node;
}

// ---- menus

const groupsOf = (element) => element.option_groups || [{ options: element.options || [] }];

function select(element, block, context, groups, initial) {
  const value = kept(element, block, context, initial) ?? "";
  const node = el("select", { class: "select", required: context.required, ...labelling(element, context, "Choose") },
    el("option", { value: "" }, element.placeholder ? plain(element.placeholder) : "Choose an option"),
    groups.map((group) => {
      const options = group.options.map((option) => el("option", { value: option.value, selected: option.value === value }, plain(option.text)));
      return group.label ? el("optgroup", { label: plain(group.label) }, options) : options;
    }));
  node.addEventListener("change", () => { if (node.value || context.inInput) changed(element, block, context, node.value || null, node); });
  return node;
}

const named = (names) => [{ options: Object.entries(names).map(([value, text]) => ({ value, text: { text, emoji: false } })) }];
const channelNames = (context) => Object.fromEntries(Object.entries(context.channels).map(([id, name]) => [id, `#${name}`]));

function checks(element, block, context, options, initial, label) {
  const chosen = new Set(kept(element, block, context, initial) || []);
  const box = el("fieldset", { class: "checks", ...labelling(element, context, label) });
  for (const option of options) {
    const input = el("input", { type: "checkbox", value: option.value, checked: chosen.has(option.value) });
    input.addEventListener("change", () => {
      if (input.checked) chosen.add(option.value);
      else chosen.delete(option.value);
      changed(element, block, context, options.map((one) => one.value).filter((one) => chosen.has(one)), box);
    });
    box.append(el("label", {}, input, el("span", {}, textObject(option.text, context), option.description && el("small", {}, textObject(option.description, context)))));
  }
  return box;
}

function radios(element, block, context) {
  const value = kept(element, block, context, element.initial_option?.value);
  const name = `${context.scope}-${block.block_id}-${element.action_id}`;
  const box = el("fieldset", { class: "checks", role: "radiogroup", ...labelling(element, context, "Choose one") });
  for (const option of element.options) {
    const input = el("input", { type: "radio", name, value: option.value, checked: option.value === value });
    input.addEventListener("change", () => changed(element, block, context, option.value, box));
    box.append(el("label", {}, input, el("span", {}, textObject(option.text, context), option.description && el("small", {}, textObject(option.description, context)))));
  }
  return box;
}

function external(element, block, context) {
  const many = element.type.startsWith("multi");
  const value = kept(element, block, context, many ? element.initial_options || [] : element.initial_option);
  const box = el("div", { class: "external" });
  const shown = el("span", { class: "chosen" });
  const input = el("input", { type: "text", class: "text", autocomplete: "off", ...labelling(element, context, "Search"), placeholder: element.placeholder ? plain(element.placeholder) : "Type to search" });
  const list = el("div", { class: "suggestions", hidden: true });
  let chosen = value;
  const show = () => {
    shown.replaceChildren(...[chosen].flat().filter(Boolean).map((option) => el("span", { class: "chip" }, plain(option.text))));
  };
  const offer = async () => {
    if (input.value.length < (element.min_query_length ?? 3)) { list.hidden = true; return; }
    const options = await context.suggest(block, element, input.value);
    list.replaceChildren(...options.map((option) => el("button", { type: "button", data: { option: option.value }, onclick: () => {
      chosen = many ? [...(chosen || []), option] : option;
      input.value = "";
      list.hidden = true;
      show();
      changed(element, block, context, chosen, box);
    } }, plain(option.text))));
    if (!options.length) list.append(el("p", {}, "Nothing found"));
    list.hidden = false;
  };
  input.addEventListener("input", offer);
  input.addEventListener("focus", offer);
  show();
  box.append(shown, input, list);
  return box;
}

// ---- pickers and inputs

function picker(type, initial, read = (text) => text || null, write = (value) => value || "") {
  return (element, block, context) => {
    const node = el("input", { type, class: "text picker", required: context.required, value: write(kept(element, block, context, element[initial])), ...labelling(element, context, "Choose") });
    node.addEventListener("change", () => { if (node.value || context.inInput) changed(element, block, context, read(node.value), node); });
    return node;
  };
}

function written(type) {
  return (element, block, context) => {
    const many = element.multiline || type === "rich";
    const node = el(many ? "textarea" : "input", {
      class: "text", dir: "auto", rows: many ? 4 : undefined, type: many ? undefined : type,
      inputMode: type === "number" ? "decimal" : undefined,
      maxLength: element.max_length, placeholder: element.placeholder && plain(element.placeholder),
      value: unrich(kept(element, block, context, element.initial_value)) ?? "", required: context.required,
      autofocus: element.focus_on_load, ...labelling(element, context, "Text"),
    });
    const value = () => (type === "rich" ? rich(node.value) : node.value || null);
    node.addEventListener("input", () => keep(element, block, context, value()));
    node.addEventListener("change", () => { if (block.dispatch_action) changed(element, block, context, value(), node); });
    return node;
  };
}

const rich = (text) => text ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] } : null;
const unrich = (value) => value && typeof value === "object"
  ? value.elements.flatMap((part) => part.elements.map((leaf) => leaf.text || "")).join("") : value;

const local = (seconds) => {
  if (!seconds) return "";
  const moment = new Date(seconds * 1000);
  return new Date(moment - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

const CONTROLS = {
  button, overflow,
  workflow_button: button,
  icon_button: button,
  feedback_buttons: (element, block, context) => el("span", {}, button({ ...element.positive_button, ...element }, block, context)),
  static_select: (element, block, context) => select(element, block, context, groupsOf(element), element.initial_option?.value),
  users_select: (element, block, context) => select(element, block, context, named(context.users), element.initial_user),
  channels_select: (element, block, context) => select(element, block, context, named(channelNames(context)), element.initial_channel),
  conversations_select: (element, block, context) => select(element, block, context, named(channelNames(context)), element.initial_conversation),
  external_select: external,
  multi_external_select: external,
  multi_static_select: (element, block, context) => checks(element, block, context, groupsOf(element).flatMap((group) => group.options), element.initial_options?.map((option) => option.value), "Choose some"),
  multi_users_select: (element, block, context) => checks(element, block, context, named(context.users)[0].options, element.initial_users, "Choose people"),
  multi_channels_select: (element, block, context) => checks(element, block, context, named(channelNames(context))[0].options, element.initial_channels, "Choose channels"),
  multi_conversations_select: (element, block, context) => checks(element, block, context, named(channelNames(context))[0].options, element.initial_conversations, "Choose conversations"),
  checkboxes: (element, block, context) => checks(element, block, context, element.options, element.initial_options?.map((option) => option.value), "Choose some"),
  radio_buttons: radios,
  datepicker: picker("date", "initial_date"),
  timepicker: picker("time", "initial_time"),
  datetimepicker: picker("datetime-local", "initial_date_time", (text) => text ? Math.floor(new Date(text) / 1000) : null, local),
  plain_text_input: written("text"),
  email_text_input: written("email"),
  url_text_input: written("url"),
  number_input: written("number"),
  rich_text_input: written("rich"),
};
