// Behaviour of forms: look-ups, the guard of what was typed, the way from an error to its field;
// days, numbers and drafts have files of their own.

import * as asking from "./forms/asking.js";
import * as days from "./forms/days.js";
import * as drafts from "./forms/drafts.js";
import * as numbers from "./forms/numbers.js";
import * as roster from "./forms/roster.js";

const words = document.body.dataset;

// What a chosen row suggests for other fields, such as an activity its times; what somebody typed
// stays, what an earlier choice suggested does not.
function fillIn(form, suggested = {}) {
  Object.entries(suggested).forEach(([name, value]) => {
    const field = form.elements[name];
    if (!field || (field.value && field.value !== field.dataset.suggested)) return;
    field.value = field.dataset.suggested = value;
  });
}

// Look-ups: a select that asks the server for what matches.
document.querySelectorAll("select[data-lookup]").forEach((select) => {
  const source = select.dataset.lookup;
  const blank = Array.from(select.options).some((option) => option.value === "");
  let asked = 0;
  let answered = null;
  const box = new TomSelect(select, {
    valueField: "value",
    labelField: "text",
    searchField: [],
    maxOptions: 20,
    loadThrottle: 0, // what is typed rests a moment before it is asked for anyway
    preload: "focus",
    shouldLoad: () => true, // nothing typed is a question too; its answer may be that there is nothing
    allowEmptyOption: false,
    plugins: blank ? { clear_button: { title: words.wordsClear } } : {},
    render: {
      no_results: () => {
        if (answered !== box.inputValue()) return null; // nobody knows yet
        const place = document.createElement("div");
        place.className = "no-results";
        place.setAttribute("role", "option"); // a list box holds options and nothing else
        place.setAttribute("aria-disabled", "true");
        place.textContent = words.wordsNothing;
        return place;
      },
    },
    score: () => () => 1,
    load(typed, found) {
      const turn = ++asked;
      fetch(`${source}&query=${encodeURIComponent(typed)}`, { credentials: "same-origin" })
        .then((answer) => (answer.ok ? answer.json() : []))
        .then((pairs) => {
          // An answer that came late, for other letters than stand there now: a quick Enter would
          // take whom nobody meant.
          if (turn !== asked || typed.trim() !== this.control_input.value.trim()) { found(); return; }
          this.clearOptions();
          answered = typed.trim();
          found(pairs.map(([value, text, fills]) => ({ value: String(value), text, fills })));
          asking.wait(this);
        })
        .catch(() => found());
    },
  });
  box.on("item_add", (value) => fillIn(select.form, box.options[value].fills));
  // Tom Select speaks for the select from now on, with its explanations too.
  select.setAttribute("aria-hidden", "true");
  const told = select.getAttribute("aria-describedby");
  if (told) box.control_input.setAttribute("aria-describedby", told);
  // What was found for the letters before must not be chosen by a quick Enter; a blank behind the
  // same letters asks for nothing new.
  box.wrapper.addEventListener("input", (event) => {
    if (event.target !== box.control_input || box.inputValue() === box.lastValue) return;
    answered = null;
    box.clearOptions();
    box.refreshOptions(false);
  }, true);
});

// What was typed is not lost by a careless click.
const guarded = document.querySelector("form[data-guard]");
if (guarded) {
  let changed = false;
  const note = () => { changed = true; };
  guarded.addEventListener("input", note);
  guarded.addEventListener("change", note);
  guarded.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    event.returnValue = ""; // Chromium 109 asks for it
  });
}

// An error's link leads into the field, a look-up field included.
document.querySelectorAll("[data-focus-first] a[href^='#']").forEach((link) => {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.tomselect ? field.tomselect.control_input : field).focus();
  });
});

days.start();
numbers.start();
roster.start();
drafts.start();

// A new record begins at its first empty field; a finger would get a keyboard over the form.
const fresh = document.querySelector("form[data-fresh]");
if (fresh && !document.querySelector("[data-focus-first]") && matchMedia("(hover: hover)").matches) {
  const fields = Array.from(fresh.querySelectorAll(".card input, .card select, .card textarea"));
  const open = fields.filter((field) => field.name && field.type !== "hidden");
  const first = open.find((field) => !field.value && field.type !== "checkbox") || open[0];
  if (first && first.tomselect) asking.begin(first.tomselect);
  else if (first) first.focus();
}

// Enter saves from a line; in a longer text it begins a new one, and Ctrl+Enter saves.
document.querySelectorAll("form[data-guard] textarea").forEach((area) => {
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    area.form.requestSubmit();
  });
});
