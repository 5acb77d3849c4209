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
  // A click beside a box ticks it; one anywhere else on a row opens the row. Links, boxes and
  // selected text keep their own meaning.
  rows.querySelectorAll("tbody tr").forEach((row) => { row.dataset.opens = ""; });
  rows.querySelector("table").addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, label") || String(window.getSelection())) return;
    const cell = event.target.closest("td, th");
    const box = cell ? cell.querySelector("input[type=checkbox]") : null;
    const link = cell ? cell.parentElement.querySelector("tbody th a") : null;
    if (box) box.click();
    else if (link) link.click();
  });
  // A table that fits lets its head stay in sight of the page; a wider one scrolls in its frame.
  const frame = rows.querySelector(".office-list-frame");
  const fit = () => {
    frame.classList.remove("is-whole", "is-cut");
    frame.classList.add(frame.scrollWidth > frame.clientWidth ? "is-cut" : "is-whole");
  };
  window.addEventListener("resize", fit);
  fit();
}

// On a phone the filters wait behind their title, unless they are at work.
const narrow = document.querySelector(".office-narrow");
if (narrow && matchMedia("(max-width: 575.98px)").matches && !("narrowed" in narrow.dataset)) narrow.open = false;
