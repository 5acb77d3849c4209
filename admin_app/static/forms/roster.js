// The roster of an activity: people are added by typing and Enter, each a line of its own, and what
// stands there is kept as one text, so that a draft holds it. Without this script the server adds
// and removes lines.

import * as asking from "./asking.js";
import * as days from "./days.js";

const KEPT = ["volunteer", "said", "start", "end", "content", "quality"];
const COMMON = ["start", "end"];
const ARROWS = ["ArrowDown", "ArrowUp"];

let made = 0;

const part = (line, name) => line.querySelector(`[name=line_${name}]`);

/** Put a line at the end of the list, with what is known of it. */
function append(form, known) {
  const lines = form.querySelector("[data-roster-lines]");
  const line = form.querySelector("[data-roster-line]").content.cloneNode(true).querySelector("tr");
  made += 1;
  line.id = `line-new-${made}`;
  line.querySelectorAll("[id]").forEach((field) => { field.id += `-${made}`; });
  KEPT.forEach((name) => { part(line, name).value = known[name] || ""; });
  line.querySelector("[data-person]").textContent = known.said;
  line.querySelectorAll("[data-named]").forEach((field) => { field.setAttribute("aria-label", `${field.dataset.named}: ${known.said}`); });
  const drop = line.querySelector("[data-drop]");
  drop.setAttribute("aria-label", `${drop.title}: ${known.said}`);
  lines.append(line);
  days.start(line);
  return line;
}

function told(form) {
  return Array.from(form.querySelectorAll("[data-line]"), (line) => Object.fromEntries(KEPT.map((name) => [name, part(line, name).value])));
}

/** Write down what stands in the list, and how many lines it has. */
function note(form) {
  const lines = told(form);
  form.querySelector("[data-roster-kept]").value = JSON.stringify(lines);
  form.querySelector("[data-roster-count]").textContent = lines.length;
}

function changed(form) {
  note(form);
  form.dispatchEvent(new Event("input", { bubbles: true })); // the guard and the draft hear of it
}

/** Lay the list out anew from a draft. */
function restore(form) {
  const kept = form.querySelector("[data-roster-kept]");
  if (!kept.value || kept.value === JSON.stringify(told(form))) return;
  const lines = JSON.parse(kept.value);
  form.querySelectorAll("[data-line]").forEach((line) => line.remove());
  lines.forEach((known) => append(form, known));
  note(form);
}

function say(words) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = words;
}

/** Say beside the box what keeps it from adding, or nothing. */
function ask(form, words) {
  form.querySelector("[data-roster-asks]").textContent = words || "";
}

// A person's name in the words of a choice, which go on with the roll number.
const nameIn = (words) => words.split("（")[0];

function hasNamesake(box) {
  const names = Object.values(box.options).map((option) => nameIn(option.text));
  const chosen = nameIn(box.options[box.activeOption.dataset.value].text);
  return names.filter((name) => name === chosen).length > 1;
}

/** Of two people of one name an Enter takes neither, until an arrow key or a second Enter. */
function askOfNamesakes(form, box) {
  let asked = false;
  box.control_input.addEventListener("input", () => { asked = false; ask(form); });
  box.control_input.addEventListener("keydown", (event) => {
    if (ARROWS.includes(event.key)) asked = true;
    if (event.key !== "Enter" || !box.activeOption || asked || !hasNamesake(box)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    asked = true;
    ask(form, form.dataset.wordsNamesakes);
  }, true);
}

/** The box in which people are typed; what it chooses becomes a line, and it is empty again. */
function takeFrom(form, select) {
  const box = select.tomselect;
  let awaited = "";
  askOfNamesakes(form, box);
  box.on("item_add", (value) => {
    const said = box.options[value].text;
    if (told(form).length >= Number(form.dataset.most)) {
      ask(form, form.dataset.wordsFull);
      setTimeout(() => { box.clear(true); box.setTextboxValue(""); });
      return;
    }
    const isThere = told(form).some((line) => line.volunteer === value);
    // Whoever comes twice has times of his own the second time.
    const times = Object.fromEntries(COMMON.map((name) => [name, isThere ? "" : form.elements[`all_${name}`].value]));
    const line = append(form, { volunteer: value, said, ...times });
    changed(form);
    ask(form);
    say(`${said} · ${form.querySelector("[data-roster-count]").textContent}`);
    awaited = "";
    setTimeout(() => {
      box.clear(true);
      box.clearOptions();
      box.setTextboxValue("");
      if (isThere) part(line, "start").focus();
      else box.focus();
    });
  });
  // An Enter that was quicker than the answer takes it, if it is just one person.
  box.control_input.addEventListener("input", () => { awaited = ""; });
  box.control_input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!box.activeOption) awaited = box.control_input.value.trim();
  }, true);
  box.on("load", (found) => {
    const isAwaited = awaited && awaited === box.control_input.value.trim();
    if (isAwaited && found && found.length === 1) box.addItem(found[0].value);
  });
  if (!("refused" in form.dataset) && matchMedia("(hover: hover)").matches) {
    asking.begin(box);
  }
}

/** Lines that still have the common times follow when those change. */
function followCommon(form) {
  COMMON.forEach((name) => {
    const common = form.elements[`all_${name}`];
    let before = common.value;
    common.addEventListener("change", () => {
      form.querySelectorAll(`[name=line_${name}]`).forEach((field) => { if (field.value === before) field.value = common.value; });
      before = common.value;
      note(form);
    });
  });
}

/** A second click or Enter sends nothing: the first is on its way. */
function sendOnce(form) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  window.addEventListener("pageshow", () => { isSent = false; }); // back from where it led
}

/** Prepare the roster of the page, if there is one; after the look-ups, before the drafts. */
export function start() {
  const form = document.querySelector("form[data-roster]");
  if (!form) return;
  const select = form.querySelector("[data-roster-add]");
  const pasted = form.elements.list;
  note(form);
  sendOnce(form);
  followCommon(form);
  form.querySelector("[data-roster-kept]").addEventListener("change", () => restore(form));
  form.addEventListener("input", () => note(form));
  form.addEventListener("click", (event) => {
    const drop = event.target.closest("[data-drop]");
    if (!drop) return;
    event.preventDefault();
    drop.closest("[data-line]").remove();
    changed(form);
    select.tomselect.focus();
  });
  // Enter goes on with the next person; saving is a button, or Ctrl+Enter.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented) return;
    const isWhole = event.ctrlKey || event.metaKey;
    if (event.target === pasted) {
      if (!isWhole) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      form.requestSubmit(form.querySelector("button[value=read]"));
    } else if (event.target.matches("input:not([type=hidden])")) {
      event.preventDefault();
      if (isWhole) form.requestSubmit(form.querySelector("button[value=save]"));
      else if (event.target !== select.tomselect.control_input) select.tomselect.focus();
    }
  }, true);
  takeFrom(form, select);
  if (!("refused" in form.dataset)) return;
  changed(form); // what was read is not saved yet
  if (document.querySelector("[data-focus-first]")) return;
  const open = form.querySelector("[data-line] select, [data-line] [aria-invalid]");
  (open || form.querySelector(".office-form-buttons button")).focus();
}
