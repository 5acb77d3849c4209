// Behaviour of every page; pages say what they want in data- attributes, never in handlers.
import { holdsNumber } from "./personal.js";

const words = document.body.dataset;
const announcer = document.getElementById("announcer");

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

// What is searched for stands in the address, and an address is kept in many places.
document.querySelectorAll("form[method=get] input:is([type=search], [type=text])").forEach((field) => {
  const judge = () => field.setCustomValidity(holdsNumber(field.value) ? words.wordsNumber : "");
  field.addEventListener("input", judge);
  judge();
});

// What opens over the page closes by Escape, by a click beside it, and when the focus moves on.
const opened = () => document.querySelectorAll("details[data-closes][open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  opened().forEach((box) => { box.open = false; box.querySelector("summary").focus(); });
});
["click", "focusin"].forEach((moved) => document.addEventListener(moved, (event) => {
  opened().forEach((box) => { if (!box.contains(event.target)) box.open = false; });
}));

// A list is copied as it stands, for another program.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const list = document.getElementById(button.dataset.copies);
  list.select();
  // On plain HTTP a browser has no clipboard for pages: the older way still copies what is selected.
  const copied = navigator.clipboard ? navigator.clipboard.writeText(list.value) : Promise.resolve(document.execCommand("copy"));
  copied.then(() => { announcer.textContent = list.dataset.copied; button.textContent = list.dataset.copied; });
});

// A message is read as long as its reader likes; closed by keyboard, it hands the focus on.
document.addEventListener("close.bs.alert", (event) => {
  const message = event.target;
  if (!message.contains(document.activeElement)) return;
  const others = Array.from(message.parentElement.querySelectorAll(".btn-close"));
  const next = others.find((button) => !message.contains(button));
  (next || document.getElementById("main") || document.body).focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const message = event.target.closest(".office-message");
  if (message) message.querySelector(".btn-close").click();
});

// Paper is white, whatever the screen is.
const themed = document.documentElement;
let onScreen = "";
window.addEventListener("beforeprint", () => {
  onScreen = themed.getAttribute("data-bs-theme");
  themed.setAttribute("data-bs-theme", "light");
});
window.addEventListener("afterprint", () => { themed.setAttribute("data-bs-theme", onScreen); });

// A message that came with the page is not read out by itself: say it once the page stands.
const said = Array.from(document.querySelectorAll("[data-announce]")).map((place) => place.textContent.trim());
if (said.length) setTimeout(() => { announcer.textContent = said.join(" "); }, 300);

// A question before what cannot be undone, naming how many rows it is about.
const ask = document.getElementById("ask");
let asking = null;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (!button || !button.dataset.confirm || button === asking) return;
  event.preventDefault();
  const ticked = button.form ? button.form.querySelectorAll("input[name=rowid]:checked").length : 0;
  document.getElementById("ask-question").textContent = button.dataset.confirm;
  document.getElementById("ask-rows").textContent = ticked ? button.form.dataset.told || words.wordsTicked.replace("#", ticked) : "";
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

// What scrolls sideways can be scrolled by keyboard too.
document.querySelectorAll(".table-responsive").forEach((frame) => {
  if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
});

// Say something without taking the focus: to be read, to be heard, and gone only when closed.
const toasts = document.getElementById("toasts");
function toast(words, tone, address) {
  const shown = document.getElementById("toast").content.cloneNode(true);
  shown.querySelector(".alert").classList.add(`alert-${tone}`);
  shown.querySelector("[data-words]").textContent = words;
  const link = shown.querySelector("[data-fetch]");
  if (address) { link.href = address; link.hidden = false; }
  toasts.append(shown);
  announcer.textContent = words;
}

// What goes on meanwhile: asked now and then while something is under way, less and less often.
const chip = document.getElementById("jobs-chip");
const [SOON, LATE, SLOWER] = [2000, 30000, 1.3];
let pause = SOON;
function showChip(told) {
  chip.hidden = !told;
  if (told) chip.querySelector("span").textContent = told.words;
}
function showJob(job) {
  const row = document.querySelector(`[data-job="${job.id}"]`);
  if (!row) return;
  row.querySelector("[data-job-state]").textContent = job.state_words;
  const bar = row.querySelector("progress");
  if (bar && job.percent !== null) bar.value = job.percent;
}
function showEnd(job) {
  const failed = job.state === "failed";
  toast(failed ? `${job.words} · ${job.reason}` : job.words, failed ? "danger" : "success", job.address);
}
async function askForJobs() {
  let told = null;
  try {
    const answer = await fetch(chip.dataset.ask, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) return;
    told = await answer.json();
  } catch (_away) { /* the office is away for a moment: asked again, later */ }
  if (told) {
    showChip(told.chip);
    told.live.forEach(showJob);
    if (told.ended.some((job) => document.querySelector(`[data-job="${job.id}"] progress`))) {
      location.reload(); // the page of the files lays them out anew
      return;
    }
    told.ended.forEach(showEnd);
    if (!told.live.length) return;
  }
  pause = Math.min(pause * SLOWER, LATE);
  setTimeout(askForJobs, pause);
}
if (chip) askForJobs();

const back = document.querySelector("[data-back]");
if (back && history.length > 1) {
  back.hidden = false;
  back.addEventListener("click", () => history.back());
}

const first = document.querySelector("[data-focus-first]");
if (first) first.focus();
// Where nothing else asks for the focus, one types at once; a finger would get a keyboard over the page.
const idle = document.querySelector("[data-focus-idle]");
if (idle && !first && !said.length && matchMedia("(hover: hover)").matches) idle.focus({ preventScroll: true });
