// Before the first paint: light or dark as this browser was told, else as its system is set.
"use strict";
(function () {
  var kept = null;
  try { kept = localStorage.getItem("theme"); } catch (_refused) { kept = null; }
  var dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
})();
