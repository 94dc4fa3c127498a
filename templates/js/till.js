// A payee's own page: their payments, seen, heard and confirmed on their phone.

import { $, element, onClick, toggle } from "./dom.js";
import { drawInLanguage, drawTexts, loadOwnTexts, say } from "./page_language.js";
import { loadPart } from "./parts.js";
import { mintPaymentId } from "./payment_id.js";
import { lookWith, sendWith } from "./till/api.js";
import { drawDay, startDay } from "./till/day.js";
import { tell } from "./till/ears.js";
import { isOpen, setHere, setRequest, thisTill } from "./till/here.js";
import { tillStorage } from "./till/keeping.js";
import { forgetTillKey, keepTillKey, parseTillLink, tillKeys } from "./till/keys.js";
import { timeText } from "./till/marks.js";

import { drawOne, pickedPayment, pickPayment } from "./till/one.js";
import { isCounter, leaveView, onTillView, showTill, tillView } from "./till/screen.js";
import { drawSound, startSound } from "./till/sound_button.js";
import { statusOf } from "./till/states.js";
import { Till } from "./till/till.js";

/** @typedef {import("./till/keys.js").TillKey} TillKey */
/** @typedef {import("./till/states.js").Payment} Payment */

const IS_IPHONE = "standalone" in navigator;
const UNKNOWN_PAYEE = { name: "", currency: "", digits: 0, min: "", max: "", status: "open" };
let actionCount = 0;
/** @type {typeof import("./parts/ask.js") | undefined} */
let asking;
/** @type {typeof import("./parts/menu.js") | undefined} */
let menu;

start();

function start() {
  // On an iPhone the home screen has a storage of its own, and only the address gets there.
  if (IS_IPHONE) document.querySelectorAll("link[rel=manifest]").forEach((link) => link.remove());
  const linked = parseTillLink(location.hash);
  startDay(pick);
  startSound();
  onClick("menu-open", async () => {
    await loadParts();
    showTill("menu");
  });
  addEventListener("beforeinstallprompt", (event) => {
    toggle("install", true);
    onClick("install", () => /** @type {any} */ (event).prompt());
  });
  onClick("back", leaveView);
  onClick("try-now", () => thisTill().till.start());
  for (const way of /** @type {const} */ (["ask", "cash"])) {
    onClick(way, async () => {
      await loadParts();
      if (asking) asking.preferWay(way);
      else toggle("ask-closed", true);
      showTill("keypad");
    });
  }
  onTillView((view) => {
    if (view === "day") pickPayment({ payment_id: "" });
    if (menu) menu.drawMenu(openTill);
    if (isOpen()) drawAll();
  });
  openTill(linked || tillKeys()[0]);
  drawInLanguage(() => {
    drawSound();
    if (isOpen()) drawAll();
    else drawClosed("no_key");
  });
  document.addEventListener("visibilitychange", onWatched);
  ononline = onWatched;
  onoffline = () => isOpen() && draw();
  onpageshow = ({ persisted }) => persisted && onWatched();
  onhashchange = () => {
    const scanned = parseTillLink(location.hash);
    if (scanned) openTill(scanned);
  };
  setTimeout(loadParts, 1000);
  setInterval(() => isOpen() && !document.hidden && drawFresh(), 5000);
}

/** Keypad and menu come a little later than the list, which somebody waits for. */
async function loadParts() {
  if (asking && menu) return;
  try {
    await loadOwnTexts();
    asking = /** @type {typeof import("./parts/ask.js")} */ (await loadPart("ask"));
    menu = /** @type {typeof import("./parts/menu.js")} */ (await loadPart("menu"));
    drawTexts();
    asking.startAsk();
    if (isOpen()) asking.learnPayee(drawAll);
    menu.startMenu(openTill);
    if (isOpen()) drawAll();
  } catch {
    // Without a network; asked again, it tries again.
  }
}

function onWatched() {
  if (!isOpen()) return;
  const { till } = thisTill();
  if (document.hidden) till.watch.stop();
  else till.start();
}

/** @param {TillKey | undefined} key */
function openTill(key) {
  if (isOpen()) thisTill().till.stop();
  setHere(undefined);
  $("payee-name").textContent = "";
  if (!key) return drawClosed("no_key");
  if (keepTillKey(key) && !IS_IPHONE) hideKey();
  const api = $("main").dataset.api || "";
  const storage = tillStorage(key.payee_id);
  const payee = storage.load("payee") || { ...UNKNOWN_PAYEE, name: key.payee_id };
  const till = new Till({
    payeeId: key.payee_id, ...storage,
    look: lookWith(api, key),
    send: sendWith(api, key),
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    now: () => performance.now(),
    wallClock: () => Date.now(),
    random: Math.random,
    newId: (ms) => mintPaymentId(ms, crypto.getRandomValues(new Uint8Array(16))),
    newKey: () => `${Date.now()}-${actionCount++}`,
    onNews: (news) => tell(news),
    onChange: () => isOpen() && thisTill().till === till && draw(),
    onDropped: (action) => drop(action.payment),
    onClosed: (unsent) => close(key, unsent),
  });
  setHere({ till, storage, key, payee, label: storage.load("label") || "", request: storage.load("request") || undefined });
  $("payee-name").textContent = payee.name;
  document.title = `${payee.name} · ${say("title")}`;
  showTill("day", true);
  if (!document.hidden) till.start();
  if (asking) asking.learnPayee(drawAll);
}

/** The key leaves the address, where somebody may see it, once the phone keeps it. */
function hideKey() {
  if (location.hash) history.replaceState(history.state, "", location.pathname);
}

/** The key opens nothing any more: nothing of what it opened stays. @param {TillKey} key @param {number} unsent */
function close(key, unsent) {
  if (!isOpen() || thisTill().key !== key) return;
  thisTill().storage.forgetTill();
  forgetTillKey(key.payee_id);
  hideKey();
  setHere(undefined);
  drawClosed("stopped", unsent);
}

/** @param {"no_key" | "stopped"} why @param {number} [unsent] */
function drawClosed(why, unsent = 0) {
  for (const id of ["sums", "list", "ticket", "events", "reference", "fresh", "label", "status", "notices", "items", "goods", "request-money", "qr"]) $(id).textContent = "";
  const { site = "" } = $("main").dataset;
  $("payee-name").textContent = site;
  toggle("blind", false);
  $("closed-title").textContent = say(why === "stopped" ? "stopped" : "title");
  $("closed-text").textContent = say(why === "stopped" ? "stopped_text" : "no_key", { site });
  toggle("closed-unsent", unsent > 0); // what was done here and did not arrive
  drawSound();
  showTill("closed", true);
}

/** @param {Payment} payment */
function pick(payment) {
  pickPayment(payment);
  showTill("payment");
}

/** Somebody else was quicker, or the API did not take it. @param {Payment} payment */
function drop(payment) {
  const text = element("p", say("decided"));
  const button = element("button", say("show"));
  button.onclick = () => {
    notice.remove();
    if (thisTill().till.known.find(payment.payment_id)) pick(payment);
  };
  const notice = element("div", text, button);
  notice.className = "notice bad";
  $("notices").append(notice);
}

function drawAll() {
  if (asking) asking.drawKeypad();
  if (menu) menu.drawMenu(openTill);
  draw();
}

function draw() {
  const { till, request } = thisTill();
  learnLabel();
  drawFresh();
  drawDay(pick);
  const asked = request && till.known.find(request.payment_id);
  if (request && !asked && tillView() === "request" && asking) asking.drawRequest();
  if (asked && tillView() === "request") pick(asked); // the payer says so
  if (request && asked && statusOf(asked) === "confirmed") setRequest(undefined);
  const picked = till.known.find(pickedPayment());
  drawOne(picked || (isCounter() ? till.known.list()[0] : undefined)); // a counter's stays until another comes
  drawSteps(request, picked);
}

/** @param {import("./till/here.js").Request | undefined} request @param {Payment | undefined} picked */
function drawSteps(request, picked) {
  const isAsked = Boolean(request && (!picked || picked.payment_id === request.payment_id));
  toggle("steps-said", isAsked && tillView() === "payment");
}

/** What this till did is told by its key's label, which the API tells with the first event. */
function learnLabel() {
  const here = thisTill();
  if (here.till.label && here.till.label !== here.label) {
    here.label = here.till.label;
    here.storage.save("label", here.label);
  }
}

/** Up to date, or since when not. */
function drawFresh() {
  const { till, storage } = thisTill();
  const { watch } = till;
  const isBlind = watch.isBlind || (!navigator.onLine && !isNaN(till.known.openedAt));
  if (watch.failures === 0 && !isNaN(watch.server)) storage.save("seen", watch.server);
  const seen = storage.load("seen");
  const time = seen ? timeText(seen) : "–";
  const text = isBlind ? "" : isNaN(watch.server) ? say("looking") : say("up_to_date", { time });
  const label = thisTill().label;
  if ($("fresh").textContent !== text) $("fresh").textContent = text;
  $("label").textContent = isCounter() && label ? `${label} · ` : "";
  $("main").classList.toggle("stale", isBlind);
  const wasBlind = !$("blind").hidden;
  if (isBlind && (!wasBlind || $("blind-since").dataset.time !== time)) {
    $("blind-since").textContent = say("blind", { time });
    $("blind-since").dataset.time = time;
  }
  toggle("blind", isBlind);
}
