// What the device keeps, and the tab.

export const PREFIX = "payee-pages:";
export const DAY_MS = 86400000;

/** What the tab keeps where the device keeps nothing. @type {Record<string, string>} */
const unstored = {};

/** What is typed, for this tab. @param {string} key @returns {any} */
export function keptInTab(key) {
  return attempt(() => JSON.parse(sessionStorage.getItem(PREFIX + key) || ""));
}

/** @param {string} key @param {object} value */
export function keepInTab(key, value) {
  attempt(() => sessionStorage.setItem(PREFIX + key, JSON.stringify(value)));
}

/** @param {string} key */
export function load(key) {
  return unstored[PREFIX + key] || attempt(() => localStorage.getItem(PREFIX + key)) || "";
}

/**
 * @param {string} key
 * @param {string} text
 * @returns {boolean} whether the device keeps it
 */
export function save(key, text) {
  try {
    localStorage.setItem(PREFIX + key, text);
    return true;
  } catch {
    unstored[PREFIX + key] = text;
    return false;
  }
}

/** @param {string} key */
export function remove(key) {
  delete unstored[PREFIX + key];
  attempt(() => localStorage.removeItem(PREFIX + key));
}

/** @param {string} start of the keys @returns {string[]} in the order of time */
export function keys(start) {
  const all = [...(attempt(() => Object.keys(localStorage)) || []), ...Object.keys(unstored)];
  return all.filter((key) => key.startsWith(PREFIX + start)).map((key) => key.slice(PREFIX.length)).sort();
}

/**
 * @template T
 * @param {() => T} act
 * @returns {T | undefined} undefined if it throws, as storage does in browsers that refuse it
 */
export function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
