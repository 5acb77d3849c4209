// What was typed into a form, kept in this browser until it is saved: by account, screen and row,
// for seven days. Numbers and passwords are never kept, and nobody else's draft is ever shown.

import { holdsNumber } from "../personal.js";
import { element, say } from "./words.js";

const PREFIX = "draft:";
const KEPT_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;
const WAIT_MILLISECONDS = 400;
const NEVER = "[type=hidden], [type=password], [type=file], [data-card], [data-mobile], [data-secret], [data-line] *";

/** The browser's store, or nothing where it is switched off or full. */
function stored(act) {
  try { return act(localStorage); } catch (_refused) { return null; }
}

function keys() {
  return stored((store) => Object.keys(store).filter((name) => name.startsWith(PREFIX))) || [];
}

function forget(name) {
  stored((store) => store.removeItem(name));
}

function read(name) {
  try {
    const draft = JSON.parse(stored((store) => store.getItem(name)));
    return draft && Date.now() - draft.at < KEPT_MILLISECONDS ? draft : null;
  } catch (_spoilt) { return null; }
}

const keptFields = (form) => Array.from(form.elements).filter((field) => field.name && !field.matches(NEVER) && field.type !== "submit");

function value(field) {
  if (field.type === "checkbox") return field.checked;
  if (!field.dataset.lookup) return field.value;
  const chosen = field.selectedOptions[0];
  return field.value ? [field.value, chosen ? chosen.textContent : field.value] : ["", ""];
}

function put(field, kept) {
  if (field.type === "checkbox") field.checked = kept === true;
  else if (!field.tomselect) field.value = kept;
  else if (kept[0]) {
    field.tomselect.addOption({ value: kept[0], text: kept[1] });
    field.tomselect.setValue(kept[0]);
  } else field.tomselect.clear();
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function keep(form, name) {
  // What somebody types among words is refused when it is saved, and not kept here either.
  const fields = keptFields(form).filter((field) => !holdsNumber(field.value));
  const values = Object.fromEntries(fields.map((field) => [field.name, value(field)]));
  const version = form.elements.version ? form.elements.version.value : null;
  stored((store) => store.setItem(name, JSON.stringify({ at: Date.now(), version, values })));
}

function use(form, draft) {
  keptFields(form).forEach((field) => { if (field.name in draft.values) put(field, draft.values[field.name]); });
  // On a row that changed since, saving must show both versions.
  if (draft.version !== null && form.elements.version) form.elements.version.value = draft.version;
}

function when(moment) {
  const written = (options) => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "Asia/Shanghai", ...options });
  const date = written({ month: "numeric", day: "numeric" });
  const time = written({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment);
  return date.format(moment) === date.format(Date.now()) ? time : `${date.format(moment)} ${time}`;
}

function offer(form, name, draft) {
  const button = (words, kind, act) => {
    const made = element("button", { type: "button", class: kind }, say(words));
    made.addEventListener("click", () => {
      act();
      bar.remove();
      const first = form.querySelector(".card input:not([type=hidden]), .card select, .card textarea");
      if (first) (first.tomselect ? first.tomselect.control_input : first).focus();
    });
    return made;
  };
  const bar = element("div", { class: "alert alert-info office-draft", role: "region", "aria-label": say("drafts") },
    element("div", {}, say("draft", { time: when(draft.at) })),
    button("useDraft", "btn btn-primary", () => use(form, draft)),
    button("dropDraft", "btn", () => forget(name)));
  form.before(bar);
  const announcer = document.getElementById("announcer");
  if (announcer) setTimeout(() => { announcer.textContent = say("draft", { time: when(draft.at) }); }, 300);
}

/** Forget the drafts of one screen and row, whoever typed them. */
function forgetOf(place) {
  keys().filter((name) => name.endsWith(`:${place}`)).forEach(forget);
}

/** The server names in a cookie the form that it saved: only then its draft goes. */
function settle() {
  const found = /(?:^|; )saved=([^;]+)/.exec(document.cookie);
  if (!found) return;
  document.cookie = "saved=; Max-Age=0; Path=/; SameSite=Lax";
  forgetOf(decodeURIComponent(found[1]));
}

/** Keep and offer the draft of the page's form; drop what is too old, and all on signing out. */
export function start() {
  keys().filter((name) => !read(name)).forEach(forget);
  settle();
  document.querySelectorAll("form[action$='/sign-out']").forEach((leaving) => {
    leaving.addEventListener("submit", () => keys().forEach(forget));
  });
  const place = `${location.pathname}:${new URLSearchParams(location.search).get("id") || ""}`;
  document.querySelectorAll("[data-forget-draft]").forEach((link) => {
    link.addEventListener("click", () => forgetOf(place));
  });
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const name = `${PREFIX}${form.dataset.draft}:${place}`;
  const draft = read(name);
  if (draft && form.dataset.refused === undefined) offer(form, name, draft);
  let waiting = 0;
  const note = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(form, name), WAIT_MILLISECONDS);
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    keep(form, name);
  });
}
