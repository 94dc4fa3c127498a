// The edges of the page: its elements, its views.

/** @typedef {import("./flow.js").View} View */

/** @param {string} id */
export const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} id */
export const inputOf = (id) => /** @type {HTMLInputElement} */ ($(id));

/** @param {string} id @param {() => void} act */
export function onClick(id, act) {
  $(id).onclick = act;
}

/**
 * @param {string} tag
 * @param {...(string | Node)} children
 */
export function element(tag, ...children) {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
}

/** Put these in the place of what is there. @param {string} id @param {...(string | Node)} children */
export function fill(id, ...children) {
  $(id).textContent = "";
  $(id).append(...children);
}

/** @param {string} id @param {boolean} shown */
export function toggle(id, shown) {
  $(id).hidden = !shown;
}

/** @returns {View} */
export function currentView() {
  return /** @type {View} */ ($("main").dataset.view);
}

/** Show one view, and lead keyboard and screen reader to its heading. @param {View} view */
export function showView(view) {
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".view"))) one.hidden = one.id !== view;
  $("main").dataset.view = view;
  scrollTo(0, 0);
  const heading = /** @type {HTMLElement | null} */ ($(view).querySelector("h1, h2"));
  if (heading) heading.focus();
}

/** Fill every place that shows one of these. @param {Record<string, string>} shown */
export function showValues(shown) {
  for (const name in shown) {
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[data-show=${name}]`))) {
      place.textContent = shown[name];
      place.style.setProperty("--n", String(shown[name].length)); // an amount shrinks, it never breaks
    }
  }
}

/** For screen readers. @param {string} text */
export function announce(text) {
  $("status").textContent = text;
}
