// Parts of the page: fetched from the site when they are asked for.

import { ASSETS, PART_FILES } from "./part_files.js";

/** @type {Record<string, Promise<any>>} */
const loadedParts = {};

/**
 * A part's text becomes a script of the page, which the page's policy allows by its hash. (An
 * external script is allowed by its hash only in browsers younger than those that we have to do with.)
 *
 * @param {string} name of a file in parts/, without its `.js`
 * @param {AbortSignal} [signal] ends the wait for it
 * @returns {Promise<any>} what the part exports; rejected if it can't be had now: offline, or from
 *   yesterday's page. Asked again, it tries again
 */
export function loadPart(name, signal) {
  if (signal || !loadedParts[name]) {
    loadedParts[name] = fetchPart(name, signal);
    loadedParts[name].catch(() => delete loadedParts[name]);
  }
  return loadedParts[name];
}

/** @param {string} name @param {AbortSignal} [signal] */
async function fetchPart(name, signal) {
  const { integrity, give } = PART_FILES[name];
  const script = document.createElement("script");
  script.textContent = await fetchAsset(name, "js", integrity, signal);
  const page = /** @type {any} */ (window);
  delete page.payeePagesPart;
  document.head.append(script); // runs it
  script.remove();
  return page.payeePagesPart(give());
}

/** Whether the site has no such part any more: then this page is yesterday's. @param {string} name */
export async function isGone(name) {
  const { status } = await fetch(addressOf(name, "js", PART_FILES[name].integrity), { cache: "no-store", credentials: "omit" });
  return status === 404;
}

/**
 * A file of the site, which is named after its hash. Anything else, such as the page of what is gone,
 * is refused.
 *
 * @param {string} name
 * @param {string} suffix
 * @param {string} integrity
 * @param {AbortSignal} [signal]
 */
export async function fetchAsset(name, suffix, integrity, signal) {
  return (await fetch(addressOf(name, suffix, integrity), { integrity, signal, credentials: "omit" })).text();
}

/** @param {string} name @param {string} suffix @param {string} integrity */
function addressOf(name, suffix, integrity) {
  const mark = integrity.slice(7, 23).replace(/\+/g, "-").replace(/\//g, "_");
  return `${ASSETS}${name}.${mark}.${suffix}`;
}
