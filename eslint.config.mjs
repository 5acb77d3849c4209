// What the office sends to browsers, held to Chromium 109: the last one on Windows 7.
import css from "@eslint/css";
import compat from "eslint-plugin-compat";
import esx from "eslint-plugin-es-x";

const OWN = "admin_app/static/**/*";

// Members that came later, by their names: compat knows few. A global is used if it is listed below.
const LATER = {
  showPopover: 114, hidePopover: 114, togglePopover: 114, popoverTargetElement: 114,
  startViewTransition: 111, setHTMLUnsafe: 124, getHTML: 125, moveBefore: 133, requestClose: 134,
  canParse: 120, closedBy: 134, commandForElement: 135, caretPositionFromPoint: 128,
};

export default [
  { ignores: ["admin_app/static/vendor/", "node_modules/", ".venv/", "instance/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: [`${OWN}.js`],
    languageOptions: {
      ecmaVersion: "latest",  // what is too new is told by its rule
      sourceType: "module",
      globals: Object.fromEntries([
        "AbortController", "CSS", "CustomEvent", "DOMParser", "Event", "FormData", "HTMLElement", "Intl",
        "IntersectionObserver", "MutationObserver", "Option", "TomSelect", "URL",
        "URLSearchParams", "clearInterval", "clearTimeout", "console", "document", "fetch",
        "history", "localStorage", "location", "matchMedia", "navigator", "requestAnimationFrame",
        "sessionStorage", "setInterval", "setTimeout", "structuredClone", "window",
      ].map((name) => [name, "readonly"])),
    },
    plugins: { compat, "es-x": esx },
    settings: {
      browsers: ["chrome 109"],
      "es-x": { aggressive: true },  // methods of arrays and strings by their names alone
    },
    rules: {
      ...esx.configs["flat/restrict-to-es2022"].rules,
      // ES2023, but in Chromium since 97.
      "es-x/no-array-prototype-findlast-findlastindex": "off",
      // An array's own, by their names alone; iterators have them since 122.
      ...Object.fromEntries(
        ["every", "filter", "find", "flatmap", "foreach", "map", "reduce", "some"].map((name) =>
          [`es-x/no-iterator-prototype-${name}`, "off"]),
      ),
      "es-x/no-temporal": "error",
      "compat/compat": "error",
      "no-restricted-properties": ["error", ...Object.entries(LATER).map(([property, version]) => ({
        property, message: `In Chromium since ${version}.`,
      }))],
      "no-restricted-syntax": ["error", {
        selector: "Property[key.name='cssText'], MemberExpression[property.name='cssText']",
        message: "The policy of the office refuses styles in attributes.",
      }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-undef": "error",
      "no-unused-vars": ["error", { caughtErrorsIgnorePattern: "^_" }],
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
    },
  },
  {
    // Runs before the first paint, and is no module.
    files: ["admin_app/static/theme.js"],
    languageOptions: { sourceType: "script" },
    rules: { "no-var": "off" },
  },
  {
    files: [`${OWN}.css`],
    language: "css/css",
    plugins: { css },
    rules: {
      "css/no-duplicate-imports": "error",
      "css/no-empty-blocks": "error",
      "css/no-invalid-at-rules": "error",
      // 109 is of January 2023: it has all that every browser had by the end of 2022.
      // Outlines round their corners since Chromium 94 and boxes take a colour since 93; other
      // browsers came later.
      "css/use-baseline": ["error", { available: 2022, allowProperties: ["accent-color", "outline"] }],
    },
  },
];
