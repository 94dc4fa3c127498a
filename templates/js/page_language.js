// The page in the payer's language: which one it is, its texts, and the switch.

import { load, save } from "./device.js";
import { $ } from "./dom.js";
import { chooseLanguage, chooseLocale, fillText } from "./language.js";

/** @type {{keys: string[]} & import("./language.js").Catalogs} */
const { keys: textKeys, ...catalogs } = JSON.parse($("texts").textContent ?? "");
const picker = /** @type {HTMLSelectElement | null} */ ($("language"));
const onSwitch = /** @type {(() => void)[]} */ ([]);
let language = chooseLanguage(Object.keys(catalogs), [load("language"), ...navigator.languages]);

/** For Intl. */
export let locale = "";

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  return fillText(catalogs[language][textKeys.indexOf(key)], values, locale);
}

/** Draw now, and whenever the language is switched. @param {() => void} draw */
export function drawInLanguage(draw) {
  onSwitch.push(draw);
  draw();
}

picker?.addEventListener("change", () => {
  language = picker.value;
  save("language", language);
  for (const draw of onSwitch) draw();
});
drawInLanguage(() => {
  const root = document.documentElement;
  root.lang = language;
  root.dir = language === "ar" ? "rtl" : "ltr";
  locale = chooseLocale(language, navigator.languages);
  if (picker) picker.value = language;
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-t]"))) {
    if (place.ariaLabel) place.ariaLabel = say(place.dataset.t ?? "");
    else place.textContent = say(place.dataset.t ?? "");
  }
});
