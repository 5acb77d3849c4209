// Numbers of persons: they travel in fields of their own, never in an address or a kept draft.

const NUMBER = /(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9})(?!\d)/;

/** Tell whether an identity number or a mobile number stands in some words. */
export const holdsNumber = (words) => NUMBER.test(words.normalize("NFKC").replace(/[ -]/g, ""));
