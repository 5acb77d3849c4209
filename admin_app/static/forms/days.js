// Fields for days, months and times: typed in any spelling, written out when left, with a
// calendar or the half hours beside. Without this script they are the browser's own fields.

import * as calendar from "./calendar.js";
import { day, month, time } from "./spelling.js";
import { element, noteOf, say, tell } from "./words.js";

const KINDS = [
  { selector: "input[data-day], input[type=date]", read: day, wrong: "badDay", opens: "chooseDay" },
  { selector: "input[data-month], input[type=month]", read: month, wrong: "badMonth", opens: "chooseMonth" },
  { selector: "input[data-time], input[type=time]", read: time, wrong: "badTime", opens: null },
];

function halfHours() {
  const found = document.getElementById("half-hours");
  if (found) return found.id;
  const list = element("datalist", { id: "half-hours" });
  // The day of an office begins at eight.
  for (let number = 16; number < 16 + 48; number += 1) {
    const hour = String(Math.floor(number / 2) % 24).padStart(2, "0");
    list.append(new Option("", `${hour}:${number % 2 ? "30" : "00"}`));
  }
  document.body.append(list);
  return list.id;
}

function writeOut(field, kind) {
  const typed = field.value.trim();
  const read = typed ? kind.read(typed) : "";
  if (read !== null && read !== field.value) field.value = read;
  tell(field, read === null ? say(kind.wrong) : "", { wrong: read === null });
}

function addCalendar(field, kind) {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  icon.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  icon.firstChild.setAttribute("href", say("calendarIcon"));
  const label = field.labels && field.labels[0] ? field.labels[0].textContent.trim() : "";
  const button = element("button", { type: "button", class: "btn btn-icon", title: say(kind.opens), "aria-label": `${say(kind.opens)}: ${label}` }, icon);
  const frame = element("div", { class: "office-picker" });
  field.replaceWith(frame);
  frame.append(field, button);
  const show = () => calendar.open(field, kind.read(field.value) || "", {
    months: kind.read === month,
    put(chosen) {
      field.value = chosen;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      button.focus();
    },
  });
  button.addEventListener("click", show);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !event.altKey) return;
    event.preventDefault();
    show();
  });
}

function prepare(field, kind) {
  // A browser's own field swallows every other spelling; what it refused to show is not lost.
  const value = field.value || field.getAttribute("value") || "";
  field.type = "text";
  field.value = value;
  field.inputMode = "numeric";
  field.autocomplete = "off";
  if (kind.opens) addCalendar(field, kind);
  else field.setAttribute("list", halfHours());
  noteOf(field);
  field.addEventListener("change", () => writeOut(field, kind));
  // Enter sends the form before the field is left.
  if (field.form) field.form.addEventListener("submit", () => writeOut(field, kind), true);
}

/** Prepare every field of the page, or of a part of it, that is marked for it. */
export function start(root = document) {
  KINDS.forEach((kind) => root.querySelectorAll(kind.selector).forEach((field) => prepare(field, kind)));
}
