// The payer's page as it arrives: the form, which keeps what is typed. All that comes after Continue is
// one part, which is asked for at once, and again until it is here.

import { keys, load } from "./device.js";
import { $, currentView, onClick, toggle } from "./dom.js";
import { fillForm, presetForm, requestedId, showNotice, startForm } from "./form.js";
import { drawInLanguage, hasText, localeNow, say } from "./page_language.js";
import { isGone, loadPart } from "./parts.js";

const ASKED_AGAIN_MS = 5000;
const HANGING_MS = 30000; // on the slowest network it is here by then
const LATE_MS = 1000;
/** @type {typeof import("./parts/payment.js") | undefined} */
let part;
let asking = new AbortController();
/** @type {any} */
let nextAsking;
let hasFailed = false; // the last time that it was asked for
let waits = ""; // where: at the form, for what was continued; or instead of it, for what is unfinished

if ($("form")) start();
else if ($("until")) drawInLanguage(sayUntil);

/** When who is away comes back, in another language than the page's own, whose text stands there. */
function sayUntil() {
  const { until, text = "" } = $("until").dataset;
  if (!hasText(text)) return;
  const whole = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  $("until").textContent = say(text, { day: new Date(`${until}T12:00`).toLocaleDateString(localeNow(), whole) });
}

function start() {
  startForm();
  fillForm({ amount: null, payer_id: load("payer"), reason: null });
  presetForm();
  $("form").onsubmit = (event) => {
    event.preventDefault();
    if (part) return part.review();
    const isAskedAgain = waits || hasFailed;
    waits = "form";
    sayWaiting();
    if (isAskedAgain) askForPart();
  };
  $("form").addEventListener("input", () => {
    waits = "";
  });
  onClick("ask-again", askForPart);
  drawInLanguage(sayWaiting);
  onhashchange = presetForm;
  ononline = askForPart;
  onoffline = sayWaiting;
  if (!performance.navigation.type) history.replaceState(null, ""); // scanned anew, into the same tab
  if (history.state || isKnown()) {
    waits = "wait";
    $("main").dataset.view = "";
    toggle("form", false);
    setTimeout(sayWaiting, LATE_MS);
  }
  askForPart();
}

/** Whether the device keeps a payment to this payee: which view is due, the part knows. */
function isKnown() {
  const isHere = (/** @type {string} */ key) => load(key).includes(`"payee_id":"${payee().payee_id}"`);
  return requestedId() || ["pending:", "opened:", "receipt:"].some((start) => keys(start).some(isHere));
}

async function askForPart() {
  if (part) return;
  hasFailed = false;
  asking.abort();
  asking = new AbortController();
  clearTimeout(nextAsking);
  nextAsking = setTimeout(askForPart, HANGING_MS);
  const { signal } = asking;
  try {
    const found = await loadPart("payment", signal);
    clearTimeout(nextAsking);
    part = found;
  } catch {
    if (signal.aborted) return;
    clearTimeout(nextAsking);
    nextAsking = setTimeout(askForPart, ASKED_AGAIN_MS);
    hasFailed = true;
    sayWaiting();
    // Of a page that was published anew meanwhile. What is typed is kept.
    if (waits && (await isGone("payment").catch(() => false))) location.reload();
    return;
  }
  startPart(waits === "form");
}

/** @param {boolean} isContinued */
function startPart(isContinued) {
  if (!part) return;
  part.startPayment();
  if (!isContinued || currentView() !== "form") return;
  showNotice();
  part.review();
}

function sayWaiting() {
  if (part || !waits) return;
  const key = navigator.onLine ? "slow" : "offline";
  if (waits === "form") return showNotice({ key });
  toggle("wait", true);
  $("waiting").textContent = say(key);
}

/** Whose page it is. */
export function payee() {
  return { payee_id: $("form").dataset.payeeId || "", payee_name: /** @type {HTMLElement} */ (document.querySelector("h1")).textContent || "" };
}
