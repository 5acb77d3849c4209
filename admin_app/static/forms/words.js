// The words that the page brought along for its scripts.

const told = document.getElementById("words");
const words = told ? JSON.parse(told.dataset.words) : {};

/** The words of a name, with its gaps filled: say("person", { age: 34 }). */
export function say(name, gaps = {}) {
  return Object.entries(gaps).reduce((text, [gap, value]) => text.replace(`{${gap}}`, value), words[name] || "");
}

/** An element with attributes, properties and children. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => {
    if (value !== null) made.setAttribute(name, value);
  });
  made.append(...children);
  return made;
}

/** The place under a field where something is said about it; made at first use. */
export function noteOf(field) {
  const id = `${field.id}-told`;
  const found = document.getElementById(id);
  if (found) return found;
  const note = element("div", { id, class: "office-told", role: "status" });
  (field.closest(".office-picker") || field).after(note);
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${id}`.trim());
  return note;
}

/** Say something under a field: what is wrong with it, or what it tells; nothing clears it. */
export function tell(field, message, { wrong = false, doubtful = false } = {}) {
  const note = noteOf(field);
  if (note.textContent !== message) note.textContent = message;
  note.classList.toggle("text-danger", wrong);
  note.classList.toggle("office-doubt", doubtful);
  field.classList.toggle("is-invalid", wrong);
  if (wrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}
