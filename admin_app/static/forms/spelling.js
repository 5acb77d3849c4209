// What typed days, times and numbers mean: the rules of the server (services/exchange/cells.py,
// identity.py, views/fields.py) once more, for the moment of typing. One table tests both.

const DASHES = "\\u2010-\\u2015\\u2212";
const DAY = new RegExp(`^(\\d{4})\\s*[-/.年、${DASHES}]\\s*(\\d{1,2})\\s*[-/.月、${DASHES}]\\s*(\\d{1,2})(?!\\d)\\s*[日号]?\\s*(?:[T(星周\\d].*)?$`);
const COMPACT_DAY = /^(\d{4})(\d{2})(\d{2})$/;
const DAY_OF_YEAR = new RegExp(`^(\\d{1,2})\\s*[-/.月${DASHES}]\\s*(\\d{1,2})\\s*[日号]?$`);
const MONTH = new RegExp(`^(\\d{4})\\s*[-/.年${DASHES}]?\\s*(\\d{1,2})\\s*月?$`);
const CLOCK = /^(上午|早上|早|中午|下午|晚上|晚|AM|PM)?(\d{1,2})(?:[:点时]|\.(?=\d\d))(?:(半)|(\d{1,2})分?)?(?::\d{1,2})?(AM|PM)?$/;
const COMPACT_CLOCK = /^(\d{1,2})(\d{2})$/;
const AFTERNOON = ["下午", "晚上", "晚", "PM"];
const PHONE_SEPARATORS = new RegExp(`[\\s\\-()._/·${DASHES}]`, "g");
const CARD = /^[0-9]{17}[0-9X]$/;
const MOBILE = /^1[3-9]\d{9}$/;

const two = (number) => String(number).padStart(2, "0");

// Full-width signs narrowed, invisible ones dropped, blanks made one or none.
const text = (words) => words.normalize("NFKC").replace(/(?!\s)[\p{Cc}\p{Cf}]/gu, "").replace(/\s+/g, " ").trim();
const key = (words) => text(words).replace(/ /g, "");

/** The office's day, as 2026-11-20. */
export const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(new Date());

/** A calendar day as 2026-11-20, or null if there is none such. */
export function dayOf(year, month, date) {
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, date);
  const fits = moment.getUTCFullYear() === year && moment.getUTCMonth() === month - 1 && moment.getUTCDate() === date;
  return fits && year > 0 ? `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}` : null;
}

/** The day that typed words mean, or null. */
export function day(words) {
  const typed = text(words);
  const short = DAY_OF_YEAR.exec(typed);
  if (short) return dayOf(Number(today().slice(0, 4)), Number(short[1]), Number(short[2]));
  const whole = DAY.exec(typed) || COMPACT_DAY.exec(typed);
  return whole ? dayOf(Number(whole[1]), Number(whole[2]), Number(whole[3])) : null;
}

/** The month that typed words mean, as 2026-11, or null. */
export function month(words) {
  const found = MONTH.exec(text(words));
  return found && found[2] >= 1 && found[2] <= 12 ? `${found[1]}-${two(Number(found[2]))}` : null;
}

/** The time of day that typed words mean, as 09:30, or null. */
export function time(words) {
  const typed = key(words).toUpperCase();
  const spoken = CLOCK.exec(typed);
  let hour;
  let minute = 0;
  if (spoken) {
    hour = Number(spoken[2]);
    if (hour < 12 && (AFTERNOON.includes(spoken[1]) || AFTERNOON.includes(spoken[5]))) hour += 12;
    minute = spoken[3] ? 30 : Number(spoken[4] || 0);
  } else if (/^\d{1,2}$/.test(typed)) {
    hour = Number(typed);
  } else {
    const compact = COMPACT_CLOCK.exec(typed);
    if (!compact) return null;
    [hour, minute] = [Number(compact[1]), Number(compact[2])];
  }
  return hour < 24 && minute < 60 ? `${two(hour)}:${two(minute)}` : null;
}

/** What an identity number is: its signs, whether it is sound, and the person it tells of. */
export function card(words) {
  const number = key(words).replace(/^['`]+/, "").toUpperCase();
  const told = { number, isSound: false, born: null, isMale: false };
  if (!CARD.test(number)) return told;
  const sum = Array.from(number.slice(0, 17)).reduce((all, digit) => (all * 2 + Number(digit)) % 11, 0);
  const check = (((1 - 2 * sum) % 11) + 11) % 11;
  told.born = dayOf(Number(number.slice(6, 10)), Number(number.slice(10, 12)), Number(number.slice(12, 14)));
  told.isSound = told.born !== null && number[17] === (check === 10 ? "X" : String(check));
  told.isMale = Number(number[16]) % 2 === 1;
  return told;
}

/** The full years lived on a day; a leap-day child turns on 1 March. */
export function age(born, on) {
  return Number(on.slice(0, 4)) - Number(born.slice(0, 4)) - (on.slice(5) < born.slice(5) ? 1 : 0);
}

/** The digits of a mobile number, and whether they are one. */
export function mobile(words) {
  const digits = key(words).replace(PHONE_SEPARATORS, "");
  return { digits, isSound: MOBILE.test(digits) };
}
