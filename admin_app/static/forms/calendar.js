// The calendar beside a field for a day, or for a month: a native dialog with a grid, by the
// date picker of the ARIA Authoring Practices. Chromium 109 has dialogs, and no popovers.

import { dayOf, today } from "./spelling.js";
import { element, say } from "./words.js";

const LANGUAGE = document.documentElement.lang || "en";
const spoken = (options) => new Intl.DateTimeFormat(LANGUAGE, { timeZone: "UTC", ...options });
const WHOLE = spoken({ year: "numeric", month: "long", day: "numeric", weekday: "long" });
const MONTH = spoken({ month: "short" });
const YEAR_AND_MONTH = spoken({ year: "numeric", month: "long" });
const WEEKDAY = spoken({ weekday: "long" });
const SHORT = spoken({ weekday: LANGUAGE.startsWith("zh") ? "narrow" : "short" });
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;
const MONDAY = new Date(Date.UTC(2024, 0, 1));

const at = (iso) => new Date(`${iso}T00:00:00Z`);
const iso = (moment) => moment.toISOString().slice(0, 10);
const moved = (day, by) => iso(new Date(at(day).getTime() + by * 86_400_000));

/** The same day some months on, or the last day of a shorter month. */
function monthsOn(day, by) {
  const [year, month, date] = day.split("-").map(Number);
  const count = year * 12 + month - 1 + by;
  const [inYear, inMonth] = [Math.floor(count / 12), (count % 12) + 1];
  for (let last = date; last > 27; last -= 1) {
    const found = dayOf(inYear, inMonth, last);
    if (found) return found;
  }
  return dayOf(inYear, inMonth, date);
}

const within = (day) => {
  const year = Number(day.slice(0, 4));
  return year >= FIRST_YEAR && year <= LAST_YEAR;
};

class Calendar {
  constructor() {
    this.heading = element("div", { class: "visually-hidden", "aria-live": "polite" });
    this.year = element("input", { type: "number", class: "form-control", min: FIRST_YEAR, max: LAST_YEAR, "aria-label": say("year") });
    this.month = element("select", { class: "form-select", "aria-label": say("month") });
    for (let number = 0; number < 12; number += 1) {
      this.month.append(new Option(MONTH.format(new Date(Date.UTC(2024, number, 1))), String(number + 1)));
    }
    this.table = element("table", { role: "grid", class: "office-days" });
    this.dialog = element("dialog", { class: "office-calendar", "aria-label": say("chooseDay") },
      element("div", { class: "office-calendar-head" },
        this.step("«", "previousYear", -12), this.step("‹", "previousMonth", -1),
        this.year, this.month,
        this.step("›", "nextMonth", 1), this.step("»", "nextYear", 12)),
      this.heading, this.table,
      element("div", { class: "office-calendar-foot" },
        this.button("btn btn-primary", say("today"), () => this.choose(today())),
        this.button("btn", say("clear"), () => this.choose("")),
        this.button("btn", say("cancel"), () => this.dialog.close())));
    this.year.addEventListener("change", () => this.jump());
    this.month.addEventListener("change", () => this.jump());
    this.table.addEventListener("click", (event) => this.pick(event));
    this.table.addEventListener("keydown", (event) => this.walk(event));
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog) this.dialog.close(); });
    document.body.append(this.dialog);
  }

  button(kind, words, act) {
    const made = element("button", { type: "button", class: kind }, words);
    made.addEventListener("click", act);
    return made;
  }

  step(sign, name, months) {
    const made = this.button("btn btn-icon", sign, () => this.show(monthsOn(this.day, months)));
    made.setAttribute("aria-label", say(name));
    if (Math.abs(months) === 1) made.dataset.onlyDays = "";
    return made;
  }

  /** Open beside a field; ``put`` takes what is chosen, and nothing for a cleared field. */
  open(field, chosen, { months, put }) {
    [this.months, this.put, this.chosen] = [months, put, chosen];
    [this.min, this.max] = [field.getAttribute("min") || "", field.getAttribute("max") || "9999"];
    this.dialog.setAttribute("aria-label", say(months ? "chooseMonth" : "chooseDay"));
    this.dialog.querySelectorAll("[data-only-days]").forEach((part) => { part.hidden = months; });
    this.month.hidden = months;
    this.dialog.showModal();
    this.show(chosen ? (months ? `${chosen}-01` : chosen) : today());
    this.stand(field);
    this.focus();
  }

  /** Stand under the field, over it where there is no room, and within the window. */
  stand(field) {
    const [place, own] = [field.getBoundingClientRect(), this.dialog.getBoundingClientRect()];
    const below = place.bottom + 4 + own.height <= window.innerHeight;
    const top = below ? place.bottom + 4 : Math.max(8, place.top - own.height - 4);
    const left = Math.max(8, Math.min(place.left, document.documentElement.clientWidth - own.width - 8));
    this.dialog.style.top = `${Math.min(top, Math.max(8, window.innerHeight - own.height - 8))}px`;
    this.dialog.style.left = `${left}px`;
  }

  show(day) {
    if (!day || !within(day)) return;
    this.day = day;
    this.year.value = Number(day.slice(0, 4));
    this.month.value = String(Number(day.slice(5, 7)));
    this.heading.textContent = this.months ? day.slice(0, 4) : YEAR_AND_MONTH.format(at(day));
    this.table.setAttribute("aria-label", this.heading.textContent);
    this.table.replaceChildren(...(this.months ? this.monthRows() : this.dayRows()));
  }

  monthRows() {
    return [0, 4, 8].map((first) => element("tr", {}, ...[0, 1, 2, 3].map((more) => {
      const day = `${this.day.slice(0, 4)}-${String(first + more + 1).padStart(2, "0")}-01`;
      return this.cell(day, MONTH.format(at(day)), YEAR_AND_MONTH.format(at(day)));
    })));
  }

  dayRows() {
    const head = element("tr", {}, ...Array.from({ length: 7 }, (_none, number) => {
      const weekday = new Date(MONDAY.getTime() + number * 86_400_000);
      return element("th", { scope: "col", abbr: WEEKDAY.format(weekday) }, SHORT.format(weekday));
    }));
    const first = `${this.day.slice(0, 7)}-01`;
    let day = moved(first, -((at(first).getUTCDay() + 6) % 7));
    const rows = [];
    do {
      const row = element("tr");
      for (let number = 0; number < 7; number += 1, day = moved(day, 1)) {
        const isHere = day.slice(0, 7) === first.slice(0, 7);
        row.append(isHere ? this.cell(day, String(Number(day.slice(8))), WHOLE.format(at(day))) : element("td"));
      }
      rows.push(row);
    } while (day.slice(0, 7) === first.slice(0, 7));
    return [element("thead", {}, head), element("tbody", {}, ...rows)];
  }

  cell(day, words, wholly) {
    const length = this.months ? 7 : 10;
    const value = day.slice(0, length);
    const closed = value < this.min.slice(0, length) || value > this.max.slice(0, length);
    const button = element("button", {
      type: "button", "data-day-of": day, "aria-label": wholly,
      tabindex: value === this.day.slice(0, length) ? "0" : "-1",
      "aria-current": value === today().slice(0, length) ? "date" : null,
      "aria-disabled": closed ? "true" : null,
    }, words);
    return element("td", { role: "gridcell", "aria-selected": String(value === this.chosen) }, button);
  }

  focus() {
    const here = this.table.querySelector("button[tabindex='0']");
    if (here) here.focus();
  }

  jump() {
    const day = dayOf(Number(this.year.value), Number(this.month.value), 1);
    if (day && within(day)) this.show(day);
    else this.year.value = Number(this.day.slice(0, 4));
  }

  pick(event) {
    const button = event.target.closest("[data-day-of]");
    if (button && !button.hasAttribute("aria-disabled")) this.choose(button.dataset.dayOf);
  }

  choose(day) {
    this.dialog.close();
    this.put(day.slice(0, this.months ? 7 : 10));
  }

  walk(event) {
    const weekday = (at(this.day).getUTCDay() + 6) % 7;
    const days = {
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -weekday, End: 6 - weekday,
    };
    const months = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -4, ArrowDown: 4 };
    const year = event.shiftKey ? 12 : 1;
    let day = null;
    if (event.key === "PageUp") day = monthsOn(this.day, this.months ? -12 : -year);
    else if (event.key === "PageDown") day = monthsOn(this.day, this.months ? 12 : year);
    else if (this.months && event.key in months) day = monthsOn(this.day, months[event.key]);
    else if (!this.months && event.key in days) day = moved(this.day, days[event.key]);
    if (!day) return;
    event.preventDefault();
    this.show(day);
    this.focus();
  }
}

let calendar = null;

/** Open the page's one calendar beside a field. */
export function open(field, chosen, wishes) {
  calendar = calendar || new Calendar();
  calendar.open(field, chosen, wishes);
}
