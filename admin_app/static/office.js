// Behaviour of every page; pages say what they want in data- attributes, never in handlers.
"use strict";

const words = document.body.dataset;

// A long menu shows where one is.
const here = document.querySelector("#menu .nav-item.active");
if (here) here.scrollIntoView({ block: "nearest" });

// Light or dark, kept in this browser.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const dark = document.documentElement.getAttribute("data-bs-theme") !== "dark";
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
  try { localStorage.setItem("theme", dark ? "dark" : "light"); } catch (_refused) { /* asked again next time */ }
});

// A message that came with the page is not read out by itself: say it once the page stands.
const said = Array.from(document.querySelectorAll("[data-announce]")).map((place) => place.textContent.trim());
if (said.length) setTimeout(() => { document.getElementById("announcer").textContent = said.join(" "); }, 300);

// A question before what cannot be undone, naming how many rows it is about.
const ask = document.getElementById("ask");
let asking = null;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (!button || !button.dataset.confirm || button === asking) return;
  event.preventDefault();
  const ticked = button.form ? button.form.querySelectorAll("input[name=rowid]:checked").length : 0;
  document.getElementById("ask-question").textContent = button.dataset.confirm;
  document.getElementById("ask-rows").textContent = ticked ? words.wordsTicked.replace("#", ticked) : "";
  document.getElementById("ask-yes").className = "danger" in button.dataset ? "btn btn-danger" : "btn btn-primary";
  asking = button;
  ask.returnValue = "no";
  ask.showModal();
});
ask.addEventListener("close", () => {
  const button = asking;
  asking = null;
  if (ask.returnValue !== "yes") { button.focus(); return; }
  button.form.requestSubmit(button);
});

// Ticked rows: one box for the page, a count, and buttons that need at least one.
const rows = document.getElementById("rows");
if (rows) {
  const boxes = Array.from(rows.querySelectorAll("input[name=rowid]"));
  const all = rows.querySelector("[data-tick-all]");
  const count = rows.querySelector("[data-ticked]");
  const hint = count ? count.textContent : "";
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    rows.querySelectorAll("[data-needs-rows]").forEach((button) => { button.disabled = ticked === 0; });
    if (count) count.textContent = ticked ? words.wordsTicked.replace("#", ticked) : hint;
    if (all) all.checked = ticked > 0 && ticked === boxes.length;
  };
  if (all) all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); show(); });
  boxes.forEach((box) => box.addEventListener("change", show));
  window.addEventListener("pageshow", show);
  show();
  // A click anywhere on a row opens it; links, boxes and selected text keep their own meaning.
  rows.querySelectorAll("tbody tr").forEach((row) => {
    const link = row.querySelector(".office-first a");
    if (!link) return;
    row.dataset.opens = "";
    row.addEventListener("click", (event) => {
      if (event.target.closest("a, button, input, label") || String(window.getSelection())) return;
      link.click();
    });
  });
}

// What scrolls sideways can be scrolled by keyboard too.
document.querySelectorAll(".table-responsive").forEach((frame) => {
  if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
});

// On a phone the filters wait behind their title, unless they are at work.
const narrow = document.querySelector(".office-narrow");
if (narrow && matchMedia("(max-width: 575.98px)").matches && !("narrowed" in narrow.dataset)) narrow.open = false;

// Look-ups: a select that asks the server for what matches.
document.querySelectorAll("select[data-lookup]").forEach((select) => {
  const source = select.dataset.lookup;
  const blank = Array.from(select.options).some((option) => option.value === "");
  let asked = 0;
  const box = new TomSelect(select, {
    valueField: "value",
    labelField: "text",
    searchField: [],
    maxOptions: 20,
    preload: "focus",
    allowEmptyOption: false,
    plugins: blank ? { clear_button: { title: words.wordsClear } } : {},
    render: {
      no_results: () => {
        const place = document.createElement("div");
        place.className = "no-results";
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
          if (turn !== asked) { found(); return; } // an older answer that came late
          this.clearOptions();
          found(pairs.map(([value, text]) => ({ value: String(value), text })));
        })
        .catch(() => found());
    },
  });
  // Tom Select speaks for the select from now on, with its explanations too.
  select.setAttribute("aria-hidden", "true");
  const told = select.getAttribute("aria-describedby");
  if (told) box.control_input.setAttribute("aria-describedby", told);
  // What was found for the letters before must not be chosen by a quick Enter.
  box.control_input.addEventListener("input", () => {
    box.clearOptions();
    box.refreshOptions(false);
  });
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

const back = document.querySelector("[data-back]");
if (back && history.length > 1) {
  back.hidden = false;
  back.addEventListener("click", () => history.back());
}

const first = document.querySelector("[data-focus-first]");
if (first) first.focus();

// An error's link leads into the field, a look-up field included.
document.querySelectorAll("[data-focus-first] a[href^='#']").forEach((link) => {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.tomselect ? field.tomselect.control_input : field).focus();
  });
});
