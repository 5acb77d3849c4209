// Identity and phone numbers, read while they are typed; nothing of them is kept.

import { age, card, day, mobile, today } from "./spelling.js";
import { noteOf, say, tell } from "./words.js";

const CARD_LENGTH = 18;
const MOBILE_LENGTH = 11;
const COUNTY = 6;

// One question a county: only the six digits of the place are asked about.
const counties = new Map();
function isKnown(field, code) {
  if (!counties.has(code)) {
    const answer = fetch(`${field.dataset.counties}?code=${code}`, { credentials: "same-origin" })
      .then((response) => (response.ok ? response.json() : true), () => true);
    counties.set(code, answer);
  }
  return counties.get(code);
}

function askGuardian(adult, isAsked) {
  const field = document.querySelector("[data-guardian]");
  if (!field) return;
  const label = field.labels[0];
  label.classList.toggle("required", isAsked);
  if (isAsked) field.setAttribute("aria-required", "true");
  else field.removeAttribute("aria-required");
  field.closest(".card").classList.toggle("office-asked", isAsked);
  tell(field, isAsked ? say("guardian", { age: adult }) : "", { doubtful: isAsked });
}

function readCard(field, isLeft) {
  const told = card(field.value);
  const registered = field.form.querySelector("#handed_in_on");
  const on = (registered && day(registered.value)) || today();
  const adult = Number(field.dataset.adult || 0);
  askGuardian(adult, told.isSound && adult > 0 && age(told.born, on) < adult);
  if (!told.number) { tell(field, ""); return; }
  if (told.number.length !== CARD_LENGTH) {
    const isLong = told.number.length > CARD_LENGTH;
    tell(field, isLeft || isLong ? say("cardLength") : "", { wrong: isLeft || isLong });
    return;
  }
  if (!told.isSound) { tell(field, say("cardWrong"), { wrong: true }); return; }
  if (told.born > on) { tell(field, say("cardFuture"), { wrong: true }); return; }
  const person = say("person", { sex: say(told.isMale ? "male" : "female"), age: age(told.born, on), born: told.born });
  tell(field, person);
  if (!field.dataset.counties) return;
  isKnown(field, told.number.slice(0, COUNTY)).then((known) => {
    if (known || card(field.value).number !== told.number) return;
    tell(field, `${person} ${say("county")}`, { doubtful: true });
  });
}

function readMobile(field, isLeft) {
  const told = mobile(field.value);
  const isWhole = isLeft || told.digits.length >= MOBILE_LENGTH;
  const wrong = told.digits !== "" && isWhole && !told.isSound;
  tell(field, wrong ? say("mobile") : "", { wrong });
}

/** Read the numbers of the page while they are typed. */
export function start() {
  [["input[data-card]", readCard], ["input[data-mobile]", readMobile]].forEach(([selector, read]) => {
    document.querySelectorAll(selector).forEach((field) => {
      noteOf(field); // what is said in a place that was there before is read out
      field.addEventListener("input", () => read(field, false));
      field.addEventListener("change", () => read(field, true));
    });
  });
  document.querySelectorAll("[data-guardian]").forEach(noteOf);
  const typed = document.querySelector("input[data-card]");
  const registered = document.querySelector("#handed_in_on");
  // Ages count on the day of registration.
  if (typed && registered) registered.addEventListener("change", () => { if (typed.value) readCard(typed, true); });
}
