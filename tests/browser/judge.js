// Judges the page as it stands. Told are the rules for axe to run, by tag or by name, and on which
// part if not on all of it; returned is what axe finds, and how the page is built.
async ({ type, values, part }) => {
  const root = document.documentElement;
  // A page hears with its next frame how wide it is, and then lays out its lists.
  await new Promise(requestAnimationFrame);
  const violations = async () => {
    const found = await axe.run(part || document, {
      runOnly: { type, values }, resultTypes: ["violations"], preload: false,
    });
    return found.violations.flatMap((rule) => rule.nodes.slice(0, 3).map((node) =>
      `${rule.id}: ${node.target.join(" ")} ${node.any.concat(node.all, node.none)
        .map((check) => check.message).join("; ").slice(0, 200)}`));
  };

  const blank = () => [...document.querySelectorAll("td")]
    .filter((cell) => getComputedStyle(cell, "::before").content.length > 6 && !cell.innerText.trim()
      && !cell.querySelector("input, svg, img") && cell.getClientRects().length)
    .slice(0, 3).map((cell) => getComputedStyle(cell, "::before").content).join(", ");

  const widest = () => [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((element) => `${element.tagName}.${element.className}`).join(", ");

  const floats = (element) => element !== null
    && (/fixed|sticky/.test(getComputedStyle(element).position) || element.matches(".ts-dropdown, .dropdown-menu")
      || floats(element.parentElement));
  // A control whose beginning lies under another one; what floats over the page comes and goes.
  const covered = () => [...document.querySelectorAll("main :is(a[href], button, input, select)")]
    .filter((element) => {
      const [box] = element.getClientRects();
      if (!element.checkVisibility() || box.width < 8) return false;
      const top = document.elementFromPoint(box.left + 3, box.top + box.height / 2);
      const over = top && top.closest("a[href], button, input, select");
      return over && !over.contains(element) && !element.contains(over) && !floats(over);
    })
    .slice(0, 3).map((element) => `${element.tagName} ${element.innerText || element.name}`);

  const pinned = [...document.querySelectorAll("main *")]
    .filter((element) => getComputedStyle(element).position === "sticky");

  const isWide = root.scrollWidth > innerWidth;
  const seen = {
    sideways: isWide ? `${root.scrollWidth} > ${innerWidth}: ${widest()}` : "",
    lang: root.lang,
    theme: root.dataset.bsTheme,
    blank: blank(),
    covered: covered().join(", "),
    headings: document.querySelectorAll("h1").length,
    mains: document.querySelectorAll("main").length,
  };
  // What a bar that stays in sight covers is a matter of scrolling, and no fault of the page.
  for (const element of pinned) element.style.position = "static";
  const wrong = await violations();
  for (const element of pinned) element.style.position = "";
  return { ...seen, violations: wrong };
}
