// Elements and lists. A text is only ever set as text: nothing is parsed as HTML.

const byId = (id) => document.getElementById(id);

/** Creates an element with attributes, listeners (`onclick`), and children, which are elements or texts. */
function element(name, attributes = {}, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") created.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) created.setAttribute(key, value === true ? "" : value);
  }
  created.append(...children.filter((child) => child !== null && child !== undefined));
  return created;
}

const badge = (text, tone) => element("span", { class: `badge ${tone}` }, text);
const line = (text) => element("span", { class: "line" }, text);
const json = (value) => element("pre", {}, JSON.stringify(value, null, 2));

/** A button in the row of a list; the focus stays on it when the list is drawn again. */
function rowButton(text, label, onclick) {
  return element("button", { type: "button", "aria-label": label, "data-row": label, onclick }, text);
}

/** Buttons that stay beside each other. */
const buttons = (...buttons) => element("span", { class: "buttons" }, ...buttons);

/** A part of a row that can be opened, and stays open when the list is drawn again. */
function more(key, title, ...children) {
  return element("details", { "data-row": key }, element("summary", { "data-row": `${key} title` }, title), ...children);
}

const drawn = new Map();

/** Draws a list again if its items have changed. */
function drawList(id, items, empty, row) {
  const text = JSON.stringify(items);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  const list = byId(id);
  const rows = (selector) => [...list.querySelectorAll(selector)].map((found) => found.dataset.row);
  const [open, focused, top] = [rows("details[open]"), list.contains(document.activeElement), list.scrollTop];
  const focus = focused ? document.activeElement.dataset.row : undefined;
  list.replaceChildren(...(items.length ? items.map(row) : [element("li", { class: "empty" }, empty)]));
  for (const details of list.querySelectorAll("details")) details.open = open.includes(details.dataset.row);
  list.scrollTop = top;
  if (!focused || document.activeElement === list) return;
  const same = [...list.querySelectorAll("[data-row]")].find((found) => found.dataset.row === focus);
  (same ?? list.closest("section").querySelector("h2")).focus();
}

/** Fills a selection, and keeps what is selected. */
function fillSelect(select, options) {
  const text = JSON.stringify(options);
  if (select.dataset.options === text) return;
  select.dataset.options = text;
  const selected = select.value;
  select.replaceChildren(...options.map(([value, title]) => element("option", { value }, title)));
  if (options.some(([value]) => value === selected)) select.value = selected;
}

/** Reads JSON of a field; the error names the field. An empty field is `undefined`. */
function readJson(id, name) {
  const text = byId(id).value.trim();
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${error.message}`);
  }
}

/** Reads a number of a field. An empty field is `undefined`. */
const readNumber = (id) => (byId(id).value === "" ? undefined : Number(byId(id).value));

const clockTime = (millis) => new Date(millis).toLocaleTimeString();

