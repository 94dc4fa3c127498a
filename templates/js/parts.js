// Parts of the page that few need: fetched from the site when they are asked for.

import { PART_FILES } from "./part_files.js";

/** @type {Record<string, Promise<any>>} */
const loadedParts = {};

/**
 * A part's text becomes a script of the page, which the page's policy allows by its hash. (An
 * external script is allowed by its hash only in browsers younger than those that we have to do with.)
 *
 * @param {string} name of a file in parts/, without its `.js`
 * @returns {Promise<any>} what the part exports; rejected if it can't be had now: offline, or from
 *   yesterday's page. Asked again, it tries again
 */
export function loadPart(name) {
  if (!loadedParts[name]) {
    loadedParts[name] = fetchPart(PART_FILES[name]);
    loadedParts[name].catch(() => delete loadedParts[name]);
  }
  return loadedParts[name];
}

/** @param {import("./part_files.js").PartFile} part */
async function fetchPart({ url, integrity, give }) {
  const script = document.createElement("script");
  script.textContent = await fetchAsset(url, integrity);
  const page = /** @type {any} */ (window);
  delete page.payeePagesPart;
  document.head.append(script); // runs it
  script.remove();
  return page.payeePagesPart(give());
}

/**
 * A file of the site, which is named after what is in it.
 *
 * @param {string} url
 * @param {string} integrity
 */
export async function fetchAsset(url, integrity) {
  const response = await fetch(url, { integrity, credentials: "omit" });
  if (!response.ok) throw Error(url);
  return response.text();
}
