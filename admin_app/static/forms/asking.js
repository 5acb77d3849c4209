// A look-up in which one may type at once, and whose list waits until it is asked for.

const WAYS = ["click", "keydown", "input"];

/** Give a look-up the focus; its list opens when somebody asks, however late what it holds arrives. */
export function begin(box) {
  const asked = () => { box.settings.openOnFocus = true; };
  box.settings.openOnFocus = false;
  WAYS.forEach((way) => box.wrapper.addEventListener(way, asked, { capture: true, once: true }));
  box.focus();
}

/** Keep the list closed while nobody has asked for it. */
export function wait(box) {
  if (!box.settings.openOnFocus) box.close(false);
}
