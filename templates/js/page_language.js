// The page in the payer's language: which one it is, its texts, and the switch. The page brings those
// texts of its own language that it needs at first; each language's are a file of the site, too, which
// the device keeps.

import { load, save } from "./device.js";
import { $ } from "./dom.js";
import { chooseLanguage, chooseLocale, fillText } from "./language.js";
import { fetchAsset } from "./parts.js";

/**
 * @typedef {Record<string, import("./language.js").Text>} Texts by their names
 * @type {{texts: Texts, parts: string[], file: string, hashes: Record<string, string>, rtl: string[]}}
 *   `hashes` of the languages' files, the page's own first
 */
const { texts: ownTexts, parts: textParts, file: textsFile, hashes, rtl } = JSON.parse($("texts").textContent || "");
const languages = Object.keys(hashes);
const ownLanguage = languages[0];
const picker = /** @type {HTMLSelectElement | null} */ ($("language"));
const onSwitch = /** @type {(() => void)[]} */ ([]);
let wanted = chooseLanguage(languages, [load("language"), ...navigator.languages]);
let language = ownLanguage;
let texts = ownTexts;

/** For Intl. */
export let locale = "";

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  return fillText(key in texts ? texts[key] : ownTexts[key], values, locale);
}

/** @param {string} key */
export function hasText(key) {
  return key in texts || key in ownTexts;
}

export const localeNow = () => locale;

/** Draw now, and whenever the language is switched. @param {() => void} draw */
export function drawInLanguage(draw) {
  onSwitch.push(draw);
  draw();
}

/** Speak the language that is wanted, once its texts are here; until then, and without them, as before. */
async function switchLanguage() {
  const code = wanted;
  if (code === language) return;
  if (code === ownLanguage) {
    await loadOwnTexts().catch(() => {}); // without it, some places stay as they are
    return speak(code, ownTexts);
  }
  const name = `${textsFile}-${code}`;
  const [hash, kept] = load(name).split("\n");
  if (kept) speak(code, textsOfFile(kept)); // yesterday's, too, until today's are here
  if (hash === hashes[code]) return;
  try {
    const file = await fetchAsset(name, "json", hashes[code]);
    save(name, `${hashes[code]}\n${file}`);
    if (code === wanted) speak(code, textsOfFile(file));
  } catch {
    if (picker) picker.value = language;
  }
}

/** The texts of the page's own language that it does not bring: what it fetches later says them. */
export async function loadOwnTexts() {
  Object.assign(ownTexts, textsOfFile(await fetchAsset(`${textsFile}-${ownLanguage}`, "json", hashes[ownLanguage])));
}

/** The page's own language, for a part. @param {Texts} more */
export function addOwnTexts(more) {
  Object.assign(ownTexts, more);
}

/** What the page's markup names. */
export function drawTexts() {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-t]"))) {
    const key = place.dataset.t || "";
    if (!hasText(key)) continue;
    const text = say(key, /** @type {Record<string, string>} */ (place.dataset));
    if (place.hasAttribute("aria-label")) place.setAttribute("aria-label", text);
    else place.textContent = text;
  }
}

/** @param {string} file each part's texts @returns {Texts} this page's */
function textsOfFile(file) {
  const found = JSON.parse(file);
  return Object.assign({}, ...textParts.map((part) => found[part]));
}

/** @param {string} code @param {Texts} its */
function speak(code, its) {
  language = code;
  texts = its;
  for (const draw of onSwitch) draw();
}

if (picker) {
  picker.onchange = () => {
    wanted = picker.value;
    save("language", wanted);
    switchLanguage();
  };
}
addEventListener("online", switchLanguage);
drawInLanguage(() => {
  const root = document.documentElement;
  root.lang = language;
  root.dir = rtl.includes(language) ? "rtl" : "ltr";
  locale = chooseLocale(language, navigator.languages);
  if (picker) picker.value = language;
  drawTexts();
});
switchLanguage();
