// The page's one question. It takes the place of the view; browsers' own dialogs are too young.

import { currentView, element, fill, onClick, showView } from "./dom.js";

/**
 * @param {string} title
 * @param {string[]} texts
 * @param {string} yes
 * @param {string} no
 * @returns {Promise<boolean>} whether it is yes. It stays open for whoever goes elsewhere
 */
export async function ask(title, texts, yes, no) {
  const before = currentView();
  fill("question", headingOf(title), ...texts.map((text) => element("p", text)), answer("no", no, "primary"), answer("yes", yes, "wide bad"));
  showView("question");
  const isYes = await new Promise((resolve) => {
    onClick("yes", () => resolve(true));
    onClick("no", () => resolve(false));
  });
  showView(before);
  return isYes;
}

/** @param {string} title */
function headingOf(title) {
  const heading = element("h2", title);
  heading.tabIndex = -1;
  heading.id = "question-title";
  return heading;
}

/** @param {string} id @param {string} text @param {string} look */
function answer(id, text, look) {
  const button = element("button", text);
  button.id = id;
  button.className = look;
  return button;
}
