// The payer's page: what is typed, how it is paid, what is said, what became of it. Each view is a
// place in the browser's history, so that Back and Forward lead from one to the next.

import { dropOldReceipts, load, openedPayments, pendingPayments, receipts, removeOpened, saveOpened, savePending } from "./device.js";
import { $, currentView, element, fill, onClick, showValues, showView, toggle } from "./dom.js";
import { lastOf, placeNow } from "./flow.js";
import { fillForm, presetForm, readForm, requestedId, showNotice, startForm, typedPaymentId } from "./form.js";
import { drawInLanguage, loadOwnTexts, say } from "./page_language.js";
import { loadPart } from "./parts.js";
import { mintPaymentId } from "./payment_id.js";
import { amountOf, codeOf, timeOf } from "./words.js";

/**
 * @typedef {import("./device.js").Said} Said
 * @typedef {import("./device.js").Pending} Pending
 * @typedef {import("./flow.js").View} View
 */

const ASKED_AGAIN_MS = 5000;
/** What the payer reviews, pays or is sending. @type {Said | Pending | undefined} */
let current;
/** An earlier payment that may be the same. @type {any} */
let equal;
let skew = 0; // of the phone's clock, in ms, once the server said so
/** The parts of this page, once they are here. @type {typeof import("./parts/sent.js") | undefined} */
let sentPart;
/** @type {typeof import("./parts/paying.js") | undefined} */
let payingPart;
let waitsToPay = false; // for the part with the ways to pay

if ($("form")) start();

function start() {
  dropOldReceipts(Date.now());
  startForm();
  fillForm({ amount: null, payer_id: load("payer"), reason: null });
  presetForm();
  listen();
  if (!performance.navigation.type) history.replaceState(null, ""); // scanned anew, into the same tab
  land(true);
  drawInLanguage(draw);
  loadParts();
}

/**
 * What is needed later is asked for at once, and again until it is here. What is said meanwhile is
 * kept: where this can't be fetched, nothing could be sent.
 */
async function loadParts() {
  try {
    await loadOwnTexts();
    const [sent, ways] = await Promise.all([loadPart("sent"), hasWays() && loadPart("paying")]);
    payingPart = ways || undefined;
    sentPart = sent;
    sent.startSending();
    if (currentView() !== "form") land(false);
    else if (waitsToPay) {
      showNotice();
      review();
    }
  } catch {
    setTimeout(loadParts, ASKED_AGAIN_MS);
  }
}

function listen() {
  $("form").onsubmit = (event) => {
    event.preventDefault();
    review();
  };
  $("form").addEventListener("input", () => {
    waitsToPay = false;
  });
  onClick("change", () => history.back());
  onClick("record", record);
  onClick("last", () => {
    const last = lastOf(kept(), payee().payee_id, Date.now());
    if (last) show(last.view, last.payment.payment_id);
  });
  onClick("open-kept", () => show("kept"));
  onpopstate = () => land(false);
  onhashchange = presetForm;
  onpageshow = ({ persisted }) => {
    if (!persisted) return;
    if (sentPart) sentPart.resume();
    land(true);
  };
  ononline = onoffline = draw;
}

/** Whose page it is. */
export function payee() {
  return { payee_id: $("form").dataset.payeeId || "", payee_name: /** @type {HTMLElement} */ (document.querySelector("h1")).textContent || "" };
}

/** @param {Said | Pending} [said] what takes its place */
export function currentSaid(said) {
  if (said) current = said;
  return current;
}

/** Go on to a view. @param {View} view @param {string} [id] of the payment that it shows @param {boolean} [replaced] */
export function show(view, id = "", replaced = false) {
  history[replaced ? "replaceState" : "pushState"]({ view, id }, "");
  land(false);
}

/** @param {View} view @param {boolean} [replaced] */
export function go(view, replaced) {
  if (current) show(view, current.payment_id, replaced);
}

export function goToForm() {
  history.pushState(null, "");
  land(false);
}

/** What this device keeps. */
function kept() {
  return { pending: pendingPayments(), opened: openedPayments(), receipts: receipts() };
}

function hasWays() {
  return Boolean($("ways"));
}

/** Show what belongs to this place in the history. @param {boolean} isFresh */
function land(isFresh) {
  const found = kept();
  const state = history.state || (isFresh && requestedId() && { view: "receipt", id: requestedId() });
  let { view, id } = placeNow(state, found, payee().payee_id, typedPaymentId(), isFresh);
  const isHere = (/** @type {{payment_id: string}} */ one) => one.payment_id === id;
  const receipt = found.receipts.find(isHere);
  current = found.opened.find(isHere) || found.pending.find(isHere) || (current && isHere(current) ? current : undefined);
  if (!current && /way|review/.test(view)) current = typed(id);
  if (!receipt && !current && view !== "kept") view = "form";
  history.replaceState(view === "form" ? null : { view, id }, "");
  if (receipt && view === "receipt") {
    current = { ...receipt, fields: receipt };
    if (sentPart) sentPart.showReceipt(receipt);
    else view = "sending";
  }
  if (sentPart && view === "kept") sentPart.refreshNotes();
  if (sentPart && view === "sending" && !receipt) sentPart.send(/** @type {Pending} */ (current));
  showView(view);
  draw();
}

export function draw() {
  const view = currentView();
  const found = kept();
  const last = lastOf(found, payee().payee_id, Date.now());
  toggle("last", Boolean(last));
  if (last) fill("last", element("span", lastWords(last)), element("u", say("show")));
  const n = found.pending.length;
  toggle("open-kept", n + found.receipts.length > 0);
  $("open-kept").textContent = n ? say("pending", { n }) : say("kept");
  toggle("payee", !/receipt|sending/.test(view) || !current || (view === "sending" && current.payee_id === payee().payee_id));
  if (sentPart && view === "kept") sentPart.drawNotes();
  if (!current || view === "receipt") return;
  const { fields } = current;
  const { payer_id: payer, reason } = fields;
  showValues({
    amount: amountOf(fields),
    payee_name: current.payee_name,
    payer_id: payer,
    reason: reason || "–",
    from: reason ? say("from_payer_for", { payer, reason }) : say("from_payer", { payer }),
    whose: `${say("to_payee", { payee: current.payee_name })} ${say("from_payer", { payer })} · ${say("code_is", { code: codeOf(current) })}`,
  });
  if (view === "review") drawReview(fields);
  if (view === "sending") drawSending(current);
  if (payingPart) payingPart.drawPaying();
}

/** @param {import("./device.js").Fields} fields */
function drawReview(fields) {
  $("review-title").textContent = say("review");
  $("record").className = "primary";
  $("record").textContent = say("record");
  if (sentPart) sentPart.drawEqual(equal, fields);
}

/** @param {any} said or a receipt that can't be shown yet */
function drawSending(said) {
  if (sentPart && !said.recorded_at) return sentPart.drawSending(said);
  $("sending-title").textContent = say(said.recorded_at ? "recorded" : navigator.onLine ? "sending" : "no_network");
}

/** @param {{view: string, payment: any}} last */
function lastWords({ view, payment }) {
  if (view === "return") return say("did_you", { payee: payment.payee_name });
  const state = view === "sending" ? "last_sending"
    : payment.status === "claimed" ? "last_waiting"
    : payment.status === "confirmed" ? "last_confirmed" : "last_reversed";
  return say("last", { amount: amountOf(payment), time: timeOf(payment), state: say(state) });
}

/** What is typed, as a payment. @param {string} payment_id @returns {Said | undefined} */
function typed(payment_id) {
  const fields = readForm();
  return fields ? { payment_id, ...payee(), fields } : undefined;
}

function review() {
  const found = kept();
  let id = typedPaymentId();
  const said = typed(id);
  if (!said) return;
  const isTaken = (/** @type {any[]} */ list) => list.some(({ payment_id }) => payment_id === id);
  const left = found.opened.find(({ payment_id }) => payment_id === id);
  // The payer was in the bank app with this very amount: there is something to say about it first.
  if (left && left.fields.amount === said.fields.amount) {
    saveOpened({ ...left, fields: { ...left.fields, ...said.fields } });
    return show("return", id);
  }
  if (!id || left || isTaken(found.pending) || isTaken(found.receipts)) id = newId(Date.now() + skew);
  typedPaymentId(id);
  current = { ...said, payment_id: id };
  equal = sentPart && sentPart.equalTo(current, found, Date.now());
  if (equal || !hasWays()) go("review");
  else startToPay();
}

function startToPay() {
  equal = undefined;
  waitsToPay = !payingPart;
  if (payingPart) payingPart.startToPay();
  else showNotice({ key: navigator.onLine ? "slow" : "no_network" });
}

/** The payer's word: from here on it is one payment, whatever happens. */
function record() {
  if (!current || currentView() !== "review") return;
  if (hasWays() && !current.fields.method) return startToPay();
  if (payingPart && !payingPart.takeBankNumber(current)) return;
  equal = undefined;
  const pending = { ...current, unanswered: false, stopped: false };
  savePending(pending);
  removeOpened(pending);
  typedPaymentId("");
  current = pending;
  go("sending", true);
}

/** @param {number} ms */
export function newId(ms) {
  skew = ms - Date.now();
  return mintPaymentId(ms, crypto.getRandomValues(new Uint8Array(16)));
}
