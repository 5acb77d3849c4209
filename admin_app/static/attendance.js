// Taking attendance at the door: a tap is sent while the page stays, one after the other; what
// other tablets noted comes in by itself. Without this module every tap is a plain post.

const sheet = document.getElementById("sheet");
const told = document.getElementById("told");
const find = document.querySelector(".sheet-find");
const box = find.elements.search;
// Rows move only while no finger is about to come down, else it would meet another person.
const [STILL, WORDS, OTHERS] = [1200, 250, 15000];
const waiting = [];
let [touched, isSending, asked, fresh] = [0, false, 0, null];

function say(words, isWrong) {
  told.textContent = words;
  told.classList.toggle("is-wrong", isWrong);
  told.hidden = !words;
}

// Where to go when the answer is no sheet: the sign-in, or what went wrong.
function leave(answer) {
  const isSheet = answer.ok && new URL(answer.url).pathname === location.pathname;
  if (!isSheet) location.assign(answer.redirected ? answer.url : location.href);
  return !isSheet;
}

function put(page) {
  const there = page.getElementById("sheet");
  if (!there) return;
  const held = sheet.contains(document.activeElement) ? document.activeElement.id : null;
  sheet.className = there.className;
  sheet.replaceChildren(...there.childNodes);
  if (held === null) return;
  const again = held && document.getElementById(held);
  (again || box).focus({ preventScroll: true });
}

// A question that stands open is about a button of the sheet: another sheet would leave it without.
function isBusy() {
  return isSending || waiting.length > 0 || document.querySelector("dialog[open]") !== null;
}

function settle() {
  if (!fresh) return;
  const still = STILL - (Date.now() - touched);
  if (still > 0 || isBusy()) { setTimeout(settle, Math.max(still, 50)); return; }
  put(fresh);
  fresh = null;
}

async function page(address, options) {
  const answer = await fetch(address, options);
  if (leave(answer)) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function messages(found) {
  const all = Array.from(found.querySelectorAll("#messages .office-message"));
  return {
    words: all.map((one) => one.querySelector("div").textContent.trim()).join(" "),
    isWrong: all.some((one) => one.classList.contains("alert-danger")),
  };
}

async function send({ button, address, body }) {
  let found = null;
  try {
    found = await page(address, { method: "POST", body, headers: { Accept: "text/html" } });
  } catch (_away) {
    button.classList.remove("is-sent");
    say(told.dataset.away, true);
    return;
  }
  if (!found) return;
  const { words, isWrong } = messages(found);
  button.classList.remove("is-sent");
  button.classList.toggle("is-noted", !isWrong);
  say(words || told.dataset.failed, isWrong || !words);
  if (!isWrong) box.value = ""; // the next person is another one
  if (!box.value) asked += 1; // what was asked before the tap does not know of it
  fresh = found;
  settle();
}

async function work() {
  if (isSending) return;
  isSending = true;
  while (waiting.length) await send(waiting.shift());
  isSending = false;
}

sheet.addEventListener("pointerdown", () => { touched = Date.now(); });
sheet.addEventListener("keydown", () => { touched = Date.now(); });
sheet.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || !button.matches(".sheet-tap, .sheet-side")) return;
  event.preventDefault();
  // A finger that bounces taps once.
  if (button.classList.contains("is-sent") || button.classList.contains("is-noted")) return;
  button.classList.add("is-sent");
  const body = new URLSearchParams(new FormData(event.target));
  body.set(button.name, button.value);
  const address = button.hasAttribute("formaction") ? button.formAction : event.target.action;
  waiting.push({ button, address, body });
  work();
});

// What is looked for, while it is typed, and what others noted meanwhile.
async function look(isOwn) {
  const turn = (asked += 1);
  const address = `${location.pathname}?${new URLSearchParams(new FormData(find))}`;
  let found = null;
  try {
    found = await page(address, { headers: { Accept: "text/html" } });
  } catch (_away) { /* asked again with the next sign or after a while */ }
  if (!found || turn !== asked) return;
  if (isOwn) touched = 0; // whoever looks for somebody waits for the rows to move
  fresh = found;
  settle();
}
let typing = 0;
box.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => look(true), WORDS);
});
find.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(typing); look(true); });
setInterval(() => {
  if (document.hidden || fresh || isBusy()) return;
  look(false);
}, OTHERS);
