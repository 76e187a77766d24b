// What a person can use: buttons, menus, pickers and inputs. Each holds its value in `context.values` and, outside
// a form, tells the app at once through `context.use`.

import { el, menu } from "./dom.js";
import { icon } from "./marks.js";
import { plain, textObject, words } from "./text.js";

export function control(element, block, context) {
  const make = CONTROLS[element.type];
  const node = make ? make(element, block, context) : el("span", { class: "unknown" }, `[${element.type}]`);
  node.dataset.actionId = element.action_id || "";
  node.dataset.blockId = block.block_id;
  return node;
}

// ---- values

function valueOf(element, block, context, initial) {
  const values = context.values[block.block_id];
  return values && element.action_id in values ? values[element.action_id] : initial;
}

function setValue(element, block, context, value) {
  (context.values[block.block_id] ||= {})[element.action_id] = value;
}

async function changed(element, block, context, value, anchor) {
  setValue(element, block, context, value);
  if (context.inInput && !block.dispatch_action) return;
  await used(element, block, context, value, anchor);
}

async function used(element, block, context, value, anchor) {
  anchor.classList.add("busy");
  anchor.setAttribute("aria-busy", "true");
  const error = await context.use(block, element, value);
  anchor.classList.remove("busy");
  anchor.removeAttribute("aria-busy");
  anchor.classList.toggle("failed", Boolean(error));
  anchor.title = error ? `This did not work: ${error}` : "";
}

const labelling = (element, context, fallback) => context.labelledBy
  ? { "aria-labelledby": context.labelledBy }
  : { "aria-label": element.accessibility_label || (element.placeholder && plain(element.placeholder)) || fallback };

// ---- pressed

function button(element, block, context) {
  const node = el("button", { type: "button", class: `button ${element.style || ""}`, dir: "auto", "aria-label": element.accessibility_label },
    el("span", {}, words(element.text)));
  node.addEventListener("click", () => {
    if (node.classList.contains("busy")) return;
    if (/^https?:/i.test(element.url || "")) window.open(element.url, "_blank", "noopener");
    used(element, block, context, undefined, node);
  });
  return node;
}

function overflow(element, block, context) {
  const node = el("button", { type: "button", class: "button overflow", "aria-haspopup": "menu", "aria-label": "More" }, icon("more"));
  node.addEventListener("click", () => menu(node, "More", element.options.map((option) => ({
    parts: words(option.text), data: { option: option.value }, pick: () => used(element, block, context, option.value, node),
  }))));
  return node;
}

// ---- menus

function select(element, block, context, groups, initial) {
  const value = valueOf(element, block, context, initial) ?? "";
  const node = el("select", { class: "select", required: context.required, ...labelling(element, context, "Choose") },
    el("option", { value: "" }, element.placeholder ? plain(element.placeholder) : "Choose an option"),
    groups.map((group) => {
      const options = group.options.map((option) => el("option", { value: option.value, selected: option.value === value }, plain(option.text)));
      return group.label ? el("optgroup", { label: plain(group.label) }, options) : options;
    }));
  node.addEventListener("change", () => { if (node.value || context.inInput) changed(element, block, context, node.value || null, node); });
  return node;
}

const named = (names, sign = "") => [{ options: Object.entries(names).map(([value, text]) => ({ value, text: { text: sign + text } })) }];

function checkboxes(element, block, context) {
  const chosen = new Set(valueOf(element, block, context, element.initial_options?.map((option) => option.value)) || []);
  return choices("checkbox", element, context, (option) => chosen.has(option.value), (input, option, box) => {
    if (input.checked) chosen.add(option.value);
    else chosen.delete(option.value);
    changed(element, block, context, element.options.map((one) => one.value).filter((one) => chosen.has(one)), box);
  });
}

function radioButtons(element, block, context) {
  const value = valueOf(element, block, context, element.initial_option?.value);
  return choices("radio", element, context, (option) => option.value === value, (input, option, box) => changed(element, block, context, option.value, box), `${context.scope}-${block.block_id}-${element.action_id}`);
}

function choices(type, element, context, isChosen, onChange, name) {
  const box = el("fieldset", { class: "checks", role: type === "radio" ? "radiogroup" : undefined, ...labelling(element, context, "Choose") });
  for (const option of element.options) {
    const input = el("input", { type, name, value: option.value, checked: isChosen(option) });
    input.addEventListener("change", () => onChange(input, option, box));
    box.append(el("label", {}, input, el("span", {}, textObject(option.text, context))));
  }
  return box;
}

function externalSelect(element, block, context) {
  const box = el("div", { class: "external" });
  const shown = el("span", { class: "chosen" });
  const input = el("input", { type: "text", class: "text", autocomplete: "off", ...labelling(element, context, "Search"), placeholder: element.placeholder ? plain(element.placeholder) : "Type to search" });
  const list = el("div", { class: "suggestions", hidden: true });
  const show = (option) => shown.replaceChildren(...(option ? [el("span", { class: "chip" }, words(option.text))] : []));
  const offer = async () => {
    if (input.value.length < (element.min_query_length ?? 3)) { list.hidden = true; return; }
    const options = await context.suggest(block, element, input.value);
    list.replaceChildren(...options.map((option) => el("button", { type: "button", data: { option: option.value }, onclick: () => {
      input.value = "";
      list.hidden = true;
      show(option);
      changed(element, block, context, option, box);
    } }, words(option.text))));
    if (!options.length) list.append(el("p", {}, "Nothing found"));
    list.hidden = false;
  };
  input.addEventListener("input", offer);
  input.addEventListener("focus", offer);
  show(valueOf(element, block, context, element.initial_option));
  box.append(shown, input, list);
  return box;
}

// ---- pickers and inputs

function picker(type, initial) {
  return (element, block, context) => {
    const node = el("input", { type, class: "text picker", required: context.required, value: valueOf(element, block, context, element[initial]) || "", ...labelling(element, context, "Choose") });
    node.addEventListener("change", () => { if (node.value || context.inInput) changed(element, block, context, node.value || null, node); });
    return node;
  };
}

function typed(type) {
  return (element, block, context) => {
    const node = el(element.multiline ? "textarea" : "input", {
      class: "text", dir: "auto", rows: element.multiline ? 4 : undefined, type: element.multiline ? undefined : type,
      inputMode: type === "number" ? "decimal" : undefined,
      maxLength: element.max_length, placeholder: element.placeholder && plain(element.placeholder),
      value: valueOf(element, block, context, element.initial_value) ?? "", required: context.required,
      ...labelling(element, context, "Text"),
    });
    node.addEventListener("input", () => setValue(element, block, context, node.value || null));
    node.addEventListener("change", () => { if (block.dispatch_action) changed(element, block, context, node.value || null, node); });
    return node;
  };
}

const CONTROLS = {
  button, overflow,
  static_select: (element, block, context) => select(element, block, context, element.option_groups || [{ options: element.options || [] }], element.initial_option?.value),
  users_select: (element, block, context) => select(element, block, context, named(context.users), element.initial_user),
  conversations_select: (element, block, context) => select(element, block, context, named(context.channels, "#"), element.initial_conversation),
  external_select: externalSelect,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: picker("date", "initial_date"),
  timepicker: picker("time", "initial_time"),
  plain_text_input: typed("text"),
  number_input: typed("number"),
};
