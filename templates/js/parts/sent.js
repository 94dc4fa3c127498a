// What was said: how its sending goes, its receipt, and the notes on this phone.

import { fetchStatus, repeatPolitely } from "../confirmation.js";
import { save } from "../device.js";
import { $, announce, currentView, element, fill, inputOf, onClick, showValues, toggle } from "../dom.js";
import { flat } from "../flow.js";
import { forgetAll, pendingPayments, receipts, saveOpened, saveReceipt, updateReceipt } from "../kept.js";
import { fillForm, requestedId, showErrors, showNotice, typedPaymentId } from "../form.js";
import { deliver, resumeOutbox, runOf, startOutbox } from "../outbox.js";
import { say } from "../page_language.js";
import { payee } from "../payee.js";
import { ask } from "../question.js";
import { wayOf } from "../ways.js";
import { amountOf, codeOf, formatTime, pageOf, timeOf } from "../words.js";
import { currentSaid, draw, goToForm, newId, show } from "./payment.js";

/**
 * @typedef {import("../kept.js").Receipt} Receipt
 * @typedef {import("../kept.js").Pending} Pending
 */

/** A speech bubble, a filled disc with a tick cut out, a square with a cross. */
const MARKS = /** @type {Record<string, string>} */ ({
  claimed: "M10 7h28a6 6 0 016 6v16a6 6 0 01-6 6H23l-9 8v-8h-4a6 6 0 01-6-6V13a6 6 0 016-6zM14 21h.1M24 21h.1M34 21h.1",
  confirmed: "M24 1a23 23 0 10.1 0zM21 36L10 25l4-4 7 7 13-15 4 4z",
  reversed: "M5 5h38v38H5zM16 16l16 16M32 16L16 32",
});
const SLOW_MS = 4000;
const REFRESHED = 10; // the latest notes

/** @type {Receipt | undefined} */
let shownReceipt;
let stopAsking = () => {};

const UNANSWERED = `<p id="can-close" data-t="can_close"></p><button id="try-now" class="primary"></button>
<button id="stop" class="wide quiet" data-t="stop"></button><p class="hint" data-show="maybe_unseen"></p>`;
const RECEIPT_VIEW = `<div id="ticket"><div class="head"><svg class="mark" viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="4" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true"><path id="mark"/></svg>
<div><h1 id="receipt-title" tabindex="-1"></h1><p data-show="state"></p></div></div>
<div><p class="amount" data-show="amount"></p><p><b data-show="to"></b></p><p class="soft" data-show="from_for"></p><p class="soft" data-show="when"></p></div>
<div id="compare"><b data-t="code"></b><br><span id="code" class="code" role="img"></span>
<div id="seller"><b data-t="seller"></b><p data-show="seller_look"></p></div></div>
<div id="ask"><h3 data-show="ask"></h3><dl><dt data-t="yes"></dt><dd data-show="left_yes"></dd><dt data-t="no"></dt><dd data-t="left_no"></dd></dl></div></div>
<p id="your-word" data-show="your_word"></p>
<div class="pair"><button id="share"></button><button id="keep"></button><button id="pay-now" data-t="pay_now"></button></div>
<p class="hint"><span data-t="reference"></span><br><span id="reference" class="number"></span></p>
<button id="another" class="wide quiet" data-t="another"></button>`;
const KEPT = `<h2 tabindex="-1" data-t="kept"></h2><label for="search" data-t="search"></label><input type="search" id="search" autocomplete="off">
<div id="notes"></div><button id="kept-back" class="wide" data-t="back"></button><button id="forget" class="wide quiet" data-t="forget"></button>`;

/** Send what is on its way, from whosever page. */
export function startSending() {
  $("unanswered").innerHTML = UNANSWERED;
  $("receipt").innerHTML = RECEIPT_VIEW;
  $("kept").innerHTML = KEPT;
  listenToViews();
  startOutbox({ newId, onChange: draw, onEnd: settle });
  setInterval(() => currentView() === "sending" && draw(), 1000);
  askForRequest();
}

function listenToViews() {
  onClick("try-now", () => {
    const run = runShown();
    if (run && run.delivery) run.delivery.tryNow();
    else if (run) deliver(run.pending, true);
  });
  onClick("stop", async () => {
    const run = runShown();
    if (!run || !run.delivery) return;
    const text = say("stop_ask", { payee: run.pending.payee_name });
    if (await ask(say("stop"), [text], say("stop"), say("keep_trying"))) run.delivery.stop();
  });
  onClick("share", async () => {
    if (canShare()) return navigator.share({ text: summary() }).catch(() => {});
    await navigator.clipboard.writeText(summary());
    $("share").textContent = say("copied");
    announce(say("copied"));
  });
  onClick("keep", () => {
    if (!shownReceipt) return;
    shownReceipt.kept = true;
    saveReceipt(shownReceipt);
    save("payer", shownReceipt.payer_id); // and so are those to come
    drawReceipt();
  });
  onClick("another", () => {
    history.replaceState(null, "", location.pathname);
    typedPaymentId("");
    goToForm();
    inputOf("amount").focus();
  });
  onClick("pay-now", payNow);
  onClick("kept-back", () => history.back());
  onClick("forget", forget);
  inputOf("search").oninput = drawNotes;
  onbeforeunload = (event) => {
    const run = runShown();
    if (run && !run.stored) event.preventDefault();
  };
}

export function resume() {
  resumeOutbox();
}

/** @param {Pending} pending */
export function send(pending) {
  const run = runOf(pending.payment_id);
  if (run) currentSaid(run.pending);
  else deliver(pending);
}

/**
 * @param {Pending} pending
 * @param {import("../outbox.js").Outcome | undefined} outcome
 */
function settle(pending, outcome) {
  const { payee_name, payee_id, payment_id } = pending;
  const isShown = currentView() === "sending" && currentSaid() === pending;
  if (outcome && outcome.kind === "recorded") {
    if (payee_id === payee().payee_id && isShown) {
      fillForm({ amount: "", payer_id: null, reason: "" });
      typedPaymentId("");
    }
    announce(say("recorded"));
  }
  if (isShown) show(receipts().some((one) => one.payment_id === payment_id) ? "receipt" : "form", payment_id, true);
  else draw();
  if (!outcome || outcome.kind === "recorded") return;
  if (outcome.kind === "refused") refuse(pending, outcome.problem);
  else showNotice({ key: "stopped_ask", values: { payee: payee_name } });
}

/**
 * @param {Pending} pending
 * @param {any} problem
 */
function refuse({ fields, payee_id, payee_name, payment_id, account, opened }, { code, errors = [] }) {
  // What may have been paid is asked about again.
  if (fields.method && code !== "payment-conflict") saveOpened({ payment_id, payee_id, payee_name, fields, account, opened });
  if (payee_id === payee().payee_id) fillForm(fields);
  const names = errors.map((/** @type {any} */ { pointer }) => pointer.slice(1));
  if (names.length && names.every((/** @type {string} */ name) => /^(amount|payer_id|reason)$/.test(name))) {
    typedPaymentId(payment_id);
    return showErrors(Object.fromEntries(names.map((/** @type {string} */ name) => [name, { key: "unusable" }])));
  }
  const key = code === "payee-closed" ? "closed" : code === "clock-skew" ? "late_ask"
    : code === "payment-conflict" && payment_id === requestedId() ? "answered" : "refused";
  showNotice({ key, values: { code, payee: payee_name } });
}

/**
 * The review asks whether it is a second payment.
 *
 * @param {any} equal the first one, if there is one
 * @param {import("../kept.js").Fields} fields
 */
export function drawEqual(equal, fields) {
  toggle("same", Boolean(equal));
  toggle("first", Boolean(equal));
  if (!equal) return;
  $("review-title").textContent = say("same_title", { time: timeOf(equal) });
  $("same").textContent = say("same_text", { amount: amountOf(fields), payer: fields.payer_id, code: codeOf(equal) });
  $("record").className = "wide";
  $("record").textContent = say("same_second");
  onClick("first", () => show(equal.status ? "receipt" : "sending", equal.payment_id));
}

/**
 * How sending it goes: whether there is an answer, how often it was tried, and when again.
 *
 * @param {Pending} pending
 */
export function drawSending(pending) {
  const { tries = 0, next = 0, since = 0, payee_name } = pending;
  const run = runOf(pending.payment_id);
  const isElsewhere = Boolean(run && run.isElsewhere);
  const isStored = !run || run.stored;
  const isUnanswered = isElsewhere || tries > 1 || next > 0;
  const title = say(!isUnanswered ? "sending" : navigator.onLine ? "unanswered" : "no_network");
  if (isUnanswered && $("sending-title").textContent !== title) announce(`${title}. ${say("dont_pay")}`);
  $("sending-title").textContent = title;
  toggle("dont-pay", isUnanswered);
  toggle("unanswered", isUnanswered);
  const seconds = Math.ceil((next - Date.now()) / 1000);
  const words = isElsewhere ? [say("other_tab")]
    : !isUnanswered ? (since && Date.now() - since > SLOW_MS ? [say("slow")] : [])
    : !navigator.onLine ? [say("offline")]
    : seconds > 0 ? [say("next_try", { n: seconds })] : [];
  if (isUnanswered && tries) words.push(say("tried", { n: tries, time: timeOf(pending) }));
  if (!isStored) words.push(say("not_stored"));
  $("progress").textContent = words.join(" ");
  toggle("progress", words.length > 0);
  toggle("can-close", isStored);
  toggle("stop", !isElsewhere);
  $("try-now").textContent = say(isElsewhere ? "take_over" : "try_now");
  showValues({ maybe_unseen: say("maybe_unseen", { payee: payee_name }) });
}

/** @param {Receipt} receipt */
export function showReceipt(receipt) {
  stopAsking();
  shownReceipt = receipt;
  drawReceipt();
  const isWatched = () => !document.hidden && !$("receipt").hidden;
  stopAsking = repeatPolitely(async () => {
    if (!(await refreshReceipt(receipt))) return;
    drawReceipt();
    announce(say(statusWord(receipt)));
  }, isWatched);
}

export function drawNotes() {
  const wanted = squeezed(inputOf("search").value);
  const lines = [
    ...pendingPayments().map((one) => note(flat(one), "unanswered", () => show("sending", one.payment_id))),
    ...receipts().map((one) => note(one, statusWord(one), () => show("receipt", one.payment_id))),
  ].filter((line) => squeezed(line.textContent).includes(wanted));
  fill("notes", ...(lines.length ? lines : [element("p", say("nothing"))]));
}

/** Ask what became of the latest notes, one after the other. */
export async function refreshNotes() {
  for (const receipt of receipts().slice(0, REFRESHED)) {
    if (await refreshReceipt(receipt)) drawNotes();
    if (currentView() !== "kept") return;
  }
}

/** @param {Receipt} receipt @returns {Promise<boolean>} whether something became of it */
async function refreshReceipt(receipt) {
  const status = await fetchStatus(receipt);
  if (!status || status === receipt.status) return false;
  receipt.doubted = receipt.status === "confirmed";
  receipt.status = status;
  updateReceipt(receipt);
  return true;
}

export function drawReceipt() {
  const receipt = shownReceipt;
  if (!receipt) return;
  const { status, payment_id, payee_name: payee, payer_id: payer, reason, method, kept } = receipt;
  const code = codeOf(receipt);
  const amount = amountOf(receipt);
  const isReversed = status === "reversed";
  const look = status === "claimed" ? "said" : status;
  $("receipt").className = `view ${look}`;
  $("ticket").className = `card ticket ${look}`;
  $("mark").setAttribute("d", MARKS[status]);
  $("receipt-title").textContent = say(statusWord(receipt));
  showValues({
    amount,
    state: say(status === "claimed" ? "waiting" : isReversed ? "says_so" : "has_money", { payee }),
    to: say("to_payee", { payee }),
    from_for: [say("from_payer", { payer }), reason].filter(Boolean).join(" · "),
    when: [wayOf(method), formatTime(receipt.recorded_at), isReversed && code].filter(Boolean).join(" · "),
    seller_look: say("seller_look", { code }),
    your_word: say("your_word", { payee }),
    ask: say(method === "cash" ? "cash_ask" : "look_bank", { payee, amount }),
    left_yes: say("left_yes", { payee }),
  });
  fill("code", ...[...code].map((letter) => element("span", letter)));
  $("code").setAttribute("aria-label", [say("code"), ...code].join(" "));
  fill("reference", ...inFives(payment_id).map((five) => element("span", five)));
  toggle("compare", !isReversed);
  toggle("seller", status === "claimed");
  toggle("your-word", status === "claimed");
  toggle("ask", isReversed);
  toggle("pay-now", isReversed);
  toggle("keep", !isReversed);
  $("keep").textContent = say(kept ? "kept_here" : "keep");
  /** @type {HTMLButtonElement} */ ($("keep")).disabled = Boolean(kept);
  toggle("share", canShare() || "clipboard" in navigator);
  $("share").textContent = say(canShare() ? "share" : "copy");
}

/** @param {Receipt} receipt */
function statusWord({ status, doubted }) {
  return status === "claimed" ? "recorded" : doubted ? "withdrawn" : status;
}

function canShare() {
  return "share" in navigator;
}

/** The receipt as plain text, with the address of its own payee's page. */
function summary() {
  const { payee_id, payment_id } = /** @type {Receipt} */ (shownReceipt);
  const lines = /** @type {HTMLElement[]} */ ([...$("ticket").querySelectorAll("h1, h3, p")]).filter((line) => line.offsetParent);
  return [...lines.map(({ textContent }) => textContent), payment_id.slice(1), pageOf(payee_id)].join("\n");
}

/** The money did not come: the same again, as a payment of its own. */
function payNow() {
  const receipt = shownReceipt;
  if (!receipt) return;
  if (receipt.payee_id !== payee().payee_id) {
    const { amount, reason } = receipt;
    location.href = `${pageOf(receipt.payee_id)}#${new URLSearchParams({ amount, reason })}`;
    return;
  }
  typedPaymentId("");
  fillForm(receipt);
  goToForm();
}

/**
 * @param {import("../kept.js").Payment & {recorded_at?: string, since?: number}} payment
 * @param {string} status
 * @param {() => void} act
 */
function note(payment, status, act) {
  const { payee_name, payer_id, reason, payment_id, recorded_at, since } = payment;
  const button = element("button", element("b", amountOf(payment)), " ", element("bdi", payee_name));
  for (const words of [[say(status), formatTime(recorded_at || since || Date.now())], [payer_id, reason], [inFives(payment_id).join(" ")]]) {
    button.append(element("br"), element("small", element("bdi", words.filter(Boolean).join(" · "))));
  }
  button.className = status;
  button.onclick = act;
  return button;
}

/** Everything that the device kept goes, once it was said what that is. */
async function forget() {
  const pending = pendingPayments();
  const lines = pending.map(({ fields, payee_name }) => `${amountOf(fields)} · ${payee_name}`);
  const warning = pending.length ? [`${say("pending", { n: pending.length })}:`, ...lines] : [];
  if (!(await ask(say("forget"), [say("forget_all_ask"), ...warning], say("forget"), say("back")))) return;
  forgetAll();
  resumeOutbox(); // which lets go of what is gone
  typedPaymentId("");
  fillForm({ amount: "", payer_id: "", reason: "" });
  goToForm();
}

/** A request may have its answer from another payer's phone. */
async function askForRequest() {
  const payment_id = requestedId();
  if (!payment_id || receipts().some((one) => one.payment_id === payment_id)) return;
  if (!(await fetchStatus({ payee_id: payee().payee_id, payment_id }))) return;
  if (typedPaymentId() === payment_id) typedPaymentId("");
  showNotice({ key: "answered", values: { payee: payee().payee_name } });
}

function runShown() {
  const said = currentSaid();
  return said && runOf(said.payment_id);
}

/** A reference as people read it out. @param {string} paymentId */
function inFives(paymentId) {
  return paymentId.slice(1).match(/.{1,5}/g) || [];
}

/** @param {string | null} text */
function squeezed(text) {
  return (text || "").normalize("NFC").toLowerCase().replace(/\s/g, "");
}
