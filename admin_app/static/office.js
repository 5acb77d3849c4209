// Behaviour of every page; pages say what they want in data- attributes, never in handlers.
"use strict";

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const dark = document.documentElement.getAttribute("data-bs-theme") !== "dark";
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
  try { localStorage.setItem("theme", dark ? "dark" : "light"); } catch (_refused) { /* asked again next time */ }
});

// A question before what cannot be undone.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && button.dataset.confirm && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

// Ticked rows: one box for the page, a count, and buttons that need at least one.
const rows = document.getElementById("rows");
if (rows) {
  const boxes = Array.from(rows.querySelectorAll("input[name=rowid]"));
  const all = rows.querySelector("[data-tick-all]");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    rows.querySelectorAll("[data-needs-rows]").forEach((button) => { button.disabled = ticked === 0; });
    rows.querySelectorAll("[data-ticked]").forEach((place) => { place.textContent = ticked ? String(ticked) : ""; });
    if (all) all.checked = ticked > 0 && ticked === boxes.length;
  };
  if (all) all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); show(); });
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
}

// Look-ups: a select that asks the server for what matches.
document.querySelectorAll("select[data-lookup]").forEach((select) => {
  const source = select.dataset.lookup;
  const blank = Array.from(select.options).some((option) => option.value === "");
  new TomSelect(select, {
    valueField: "value",
    labelField: "text",
    searchField: [],
    maxOptions: 20,
    preload: "focus",
    allowEmptyOption: blank,
    plugins: blank ? ["clear_button"] : [],
    render: { no_results: () => "", clear_button: () => '<button type="button" class="clear-button" aria-label="×">×</button>' },
    score: () => () => 1,
    load(words, found) {
      this.clearOptions();
      fetch(`${source}&query=${encodeURIComponent(words)}`, { credentials: "same-origin" })
        .then((answer) => (answer.ok ? answer.json() : []))
        .then((pairs) => found(pairs.map(([value, text]) => ({ value: String(value), text }))))
        .catch(() => found());
    },
  });
});

// What was typed is not lost by a careless click.
const guarded = document.querySelector("form[data-guard]");
if (guarded) {
  let changed = false;
  guarded.addEventListener("input", () => { changed = true; });
  guarded.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

const first = document.querySelector("[data-focus-first]");
if (first) first.focus();
