// All that comes after Continue: how it is paid, what is said, what became of it. Each view is a place
// in the browser's history, so that Back and Forward lead from one to the next.

import { $, currentView, element, fill, onClick, showValues, showView, toggle } from "../dom.js";
import { findEqual } from "../equal.js";
import { checkFields } from "../fields.js";
import { lastOf, placeNow } from "../flow.js";
import { requestedId, showErrors, showNotice, terms, typedPaymentId, typedTexts } from "../form.js";
import { dropOldReceipts, openedPayments, pendingPayments, receipts, removeOpened, saveOpened, savePending } from "../kept.js";
import { decimalMark } from "../money.js";
import { OWN_TEXTS } from "../own_texts.js";
import { addOwnTexts, drawInLanguage, drawTexts, localeNow, say } from "../page_language.js";
import { payee } from "../payee.js";
import { mintPaymentId } from "../payment_id.js";
import { amountOf, codeOf, timeOf } from "../words.js";
import { drawEqual, drawNotes, drawReceipt, drawSending, refreshNotes, resume, send, showReceipt, startSending } from "./sent.js";
import { paying } from "./ways_here.js";

/**
 * @typedef {import("../kept.js").Said} Said
 * @typedef {import("../kept.js").Pending} Pending
 * @typedef {import("../flow.js").View} View
 */

/** What the payer reviews, pays or is sending. @type {Said | Pending | undefined} */
let current;
/** An earlier payment that may be the same. @type {any} */
let equal;
let skew = 0; // of the phone's clock, in ms, once the server said so

const REVIEW = `<h2 id="review-title" tabindex="-1"></h2><p class="amount" data-show="amount"></p><dl>
<dt data-t="to"></dt><dd><bdi data-show="payee_name"></bdi></dd><dt data-t="from"></dt><dd><bdi data-show="payer_id"></bdi></dd><dt data-t="for"></dt><dd><bdi data-show="reason"></bdi></dd></dl>
<p id="same" class="notice said" role="alert" hidden></p><div id="bank"></div><button id="first" class="primary" data-t="same_show" hidden></button>
<button id="record"></button><button id="change" class="wide quiet" data-t="change"></button>`;
const SENDING = `<div class="head"><span class="mark trying"></span><div><h2 id="sending-title" tabindex="-1"></h2><b id="dont-pay" data-t="dont_pay"></b></div></div>
<p class="amount" data-show="amount"></p><p class="soft" data-show="whose"></p><p id="progress" class="notice"></p><div id="unanswered" hidden></div>`;

/** Begin, once the page has this part: what is unfinished goes before what is typed. */
export function startPayment() {
  dropOldReceipts(Date.now());
  addOwnTexts(OWN_TEXTS);
  $("review").innerHTML = REVIEW;
  $("sending").innerHTML = SENDING;
  startSending();
  if (paying) paying.startPaying();
  drawTexts();
  listen();
  land(true);
  drawInLanguage(draw);
}

function listen() {
  onClick("change", () => history.back());
  onClick("record", record);
  onClick("last", () => {
    const last = lastOf(kept(), payee().payee_id, Date.now());
    if (last) show(last.view, last.payment.payment_id);
  });
  onClick("open-kept", () => show("kept"));
  onpopstate = () => land(false);
  onpageshow = ({ persisted }) => {
    if (!persisted) return;
    resume();
    land(true);
  };
  ononline = onoffline = draw;
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
    showReceipt(receipt);
  }
  if (view === "kept") refreshNotes();
  if (view === "sending") send(/** @type {Pending} */ (current));
  if (view !== "form" || currentView() !== "form") showView(view); // who types already is left alone
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
  if (view === "kept") drawNotes();
  if (view === "receipt") drawReceipt();
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
  if (view === "sending") drawSending(/** @type {Pending} */ (current));
  if (paying) paying.drawPaying();
}

/** @param {import("../kept.js").Fields} fields */
function drawReview(fields) {
  $("review-title").textContent = say("review");
  $("record").className = "primary";
  $("record").textContent = say("record");
  drawEqual(equal, fields);
}

/** @param {{view: string, payment: any}} last */
function lastWords({ view, payment }) {
  if (view === "return") return say("did_you", { payee: payment.payee_name });
  const state = view === "sending" ? "last_sending"
    : payment.status === "claimed" ? "last_waiting"
    : payment.status === "confirmed" ? "last_confirmed" : "last_reversed";
  return say("last", { amount: amountOf(payment), time: timeOf(payment), state: say(state) });
}

/** What is typed, as a payment; what is wrong with it is shown. @param {string} payment_id @returns {Said | undefined} */
function typed(payment_id) {
  const { fields, errors } = checkFields(typedTexts(), terms(), decimalMark(localeNow()));
  showNotice();
  showErrors(errors);
  return Object.values(errors).some(Boolean) ? undefined : { payment_id, ...payee(), fields };
}

export function review() {
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
  equal = findEqual(current, found, Date.now());
  if (equal || !paying) go("review");
  else paying.startToPay();
}

/** The payer's word: from here on it is one payment, whatever happens. */
function record() {
  if (!current || currentView() !== "review") return;
  if (paying && !current.fields.method) {
    equal = undefined;
    return paying.startToPay();
  }
  if (paying && !paying.takeBankNumber(current)) return;
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
