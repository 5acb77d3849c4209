// Behaviour of the list of a register.

const words = document.body.dataset;

const NAMED = 5;

// Ticked rows: one box for the page, a count, buttons that need at least one, and a way from all
// of the page to all that match.
const rows = document.getElementById("rows");
if (rows) {
  const boxes = Array.from(rows.querySelectorAll("input[name=rowid]"));
  const whole = rows.querySelector("[data-tick-all]");
  const count = rows.querySelector("[data-ticked]");
  const beyond = rows.querySelector("[data-beyond]");
  const all = rows.querySelector("input[name=all]");
  const hint = count ? count.textContent : "";
  let everything = false;
  const ticked = () => boxes.filter((box) => box.checked);
  const show = () => {
    const number = ticked().length;
    const isWhole = number > 0 && number === boxes.length;
    everything = everything && isWhole;
    rows.querySelectorAll("[data-needs-rows]").forEach((button) => { button.disabled = number === 0; });
    if (whole) whole.checked = isWhole;
    if (beyond) { beyond.hidden = !isWhole; beyond.setAttribute("aria-pressed", String(everything)); }
    if (all) all.disabled = !everything;
    if (everything) rows.dataset.told = beyond.dataset.told;
    else delete rows.dataset.told;
    if (count) count.textContent = number ? rows.dataset.told || words.wordsTicked.replace("#", number) : hint;
  };
  if (whole) whole.addEventListener("change", () => { boxes.forEach((box) => { box.checked = whole.checked; }); show(); });
  if (all) beyond.addEventListener("click", () => { everything = !everything; show(); });
  boxes.forEach((box) => box.addEventListener("change", show));
  window.addEventListener("pageshow", show);
  show();
  // The question before an act names its rows: the first few, and how many more.
  const names = document.getElementById("ask-names");
  const name = (told) => {
    const line = document.createElement("li");
    line.textContent = told;
    names.append(line);
  };
  rows.addEventListener("click", (event) => {
    if (!event.target.closest("[data-confirm]")) return;
    const chosen = ticked();
    const left = (everything ? Number(all.value) : chosen.length) - NAMED;
    names.textContent = "";
    chosen.slice(0, NAMED).forEach((box) => name(box.getAttribute("aria-label")));
    if (left > 0) name(rows.dataset.more.replace("#", left));
  });
  document.getElementById("ask").addEventListener("close", () => { names.textContent = ""; });
  // Thousands of rows take a while: say what goes on, and send it once.
  if (rows.dataset.work) {
    const part = (kind) => place.appendChild(document.createElement(kind));
    const place = document.createElement("div");
    place.className = "office-working";
    part("progress").className = "office-progress";
    place.firstChild.setAttribute("aria-hidden", "true");
    const what = part("span");
    what.setAttribute("role", "status");
    const time = part("span");
    time.className = "text-secondary";
    rows.querySelector(".office-acts").append(place);
    let began = 0;
    let beat = 0;
    place.hidden = true;
    const tell = () => {
      place.hidden = false;
      what.textContent = what.textContent || rows.dataset.work.replace("#", count.textContent.trim());
      time.textContent = rows.dataset.time.replace("#", Math.round((Date.now() - began) / 1000));
    };
    rows.addEventListener("submit", (event) => {
      if (began) { event.preventDefault(); return; }
      began = Date.now();
      beat = setInterval(tell, 1000);
    });
    window.addEventListener("pageshow", () => {
      clearInterval(beat);
      began = 0;
      place.hidden = true;
      what.textContent = "";
    });
  }
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

// On a phone the filters wait behind their title, unless they are at work; wider, there is no title.
const narrow = document.querySelector(".office-narrow");
if (narrow) {
  const phone = matchMedia("(max-width: 575.98px)");
  const fold = () => { narrow.open = !phone.matches || "narrowed" in narrow.dataset; };
  fold();
  phone.addEventListener("change", fold);
}
