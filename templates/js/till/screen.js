// Which view is shown. A narrow screen shows one at a time, a counter's tablet list, newest payment
// and keypad side by side. The phone's back button leads back to the list.

import { $, toggle } from "../dom.js";
import { isOpen } from "./here.js";

/** @typedef {"day" | "payment" | "keypad" | "request" | "menu" | "sounds" | "help" | "closed"} TillView */

const VIEWS = /** @type {TillView[]} */ (["day", "payment", "keypad", "request", "menu", "sounds", "help", "closed"]);
const counter = matchMedia("(min-width: 56em)");
const onShow = /** @type {((view: TillView) => void)[]} */ ([]);
/** @type {TillView} */
let shownView = "day";

export function isCounter() {
  return counter.matches;
}

/** @returns {TillView} */
export function tillView() {
  return shownView;
}

/** @param {(view: TillView) => void} act whenever another view is shown */
export function onTillView(act) {
  onShow.push(act);
}

/** @param {TillView} view @param {boolean} [isBack] whether the phone's back button led here */
export function showTill(view, isBack = false) {
  if (view !== "day" && !isBack) {
    if (shownView === homeView()) history.pushState("till", "");
    else history.replaceState("till", "");
  }
  shownView = view;
  layOut();
  scrollTo(0, 0);
  const heading = /** @type {HTMLElement | null} */ ($(view).querySelector("h2"));
  if (view !== "day" && heading) heading.focus();
  for (const act of onShow) act(view);
}

/** Back to the list, as the phone's back button does. */
export function leaveView() {
  if (history.state === "till") history.back();
  else showTill(homeView(), true);
}

/** Where back leads: without a key there is no list. @returns {TillView} */
function homeView() {
  return isOpen() ? "day" : "closed";
}

function layOut() {
  const isClosed = shownView === "closed";
  for (const one of VIEWS) {
    const isList = shownView === "day" || shownView === "keypad";
    const beside = isCounter() && !isClosed && (one === "day" || one === "keypad" || (one === "payment" && isList));
    toggle(one, one === shownView || beside);
  }
  $("main").dataset.view = shownView;
  toggle("back", shownView !== "day" && !isClosed);
}

onpopstate = () => showTill(homeView(), true);
counter.addListener(layOut); // addEventListener is missing from Safari 13's
