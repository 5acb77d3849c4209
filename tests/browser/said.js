// Returns the words of a page with those that are spoken only: of the page as it stands, or of one
// that was sent as text. A part in another language says so itself.
(sent) => {
  const page = sent ? new DOMParser().parseFromString(sent, "text/html") : document;
  const SPOKEN = new RegExp("^(aria-(label|description|roledescription|valuetext)|title|alt"
    + "|placeholder|data-confirm|data-label|data-words-.*)$");
  const heard = [page.title];
  const foreign = (element) => element.closest("[lang]") !== page.documentElement
    || element.closest("script, style, noscript, textarea, [data-axe]");
  const words = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    if (!foreign(words.currentNode.parentElement)) heard.push(words.currentNode.data);
  }
  for (const element of page.querySelectorAll("*")) {
    if (foreign(element)) continue;
    for (const { name, value } of element.attributes) {
      if (SPOKEN.test(name)) heard.push(value);
    }
  }
  return heard.map((one) => one.trim()).filter(Boolean);
}
