// Behaviour of the list of a register.

const words = document.body.dataset;

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

// On a phone the filters wait behind their title, unless they are at work.
const narrow = document.querySelector(".office-narrow");
if (narrow && matchMedia("(max-width: 575.98px)").matches && !("narrowed" in narrow.dataset)) narrow.open = false;
