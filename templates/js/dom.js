// The edges of the page: its elements, its views, its one question.

/** @typedef {"form" | "review" | "sending" | "receipt" | "kept"} View */

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
  for (const one of ["form", "review", "sending", "receipt", "kept"]) toggle(one, one === view);
  $("main").dataset.view = view;
  scrollTo(0, 0);
  $(view).querySelector("h2")?.focus();
}

/** Fill every place that shows one of these. @param {Record<string, string>} shown */
export function showValues(shown) {
  for (const name in shown) {
    for (const place of document.querySelectorAll(`[data-show=${name}]`)) place.textContent = shown[name];
  }
}

/** For screen readers. @param {string} text */
export function announce(text) {
  $("status").textContent = text;
}

/**
 * @param {string} title
 * @param {string} text
 * @param {string[]} list
 * @param {string} yes
 * @param {string} no
 * @returns {Promise<boolean>} whether it is yes; closing it means no
 */
export function ask(title, text, list, yes, no) {
  const dialog = /** @type {HTMLDialogElement} */ ($("question"));
  $("question-title").textContent = title;
  $("question-text").textContent = text;
  $("question-list").replaceChildren(...list.map((line) => element("li", line)));
  $("yes").textContent = yes;
  $("no").textContent = no;
  dialog.returnValue = "";
  onClick("yes", () => dialog.close("yes"));
  onClick("no", () => dialog.close());
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "yes");
  });
}
