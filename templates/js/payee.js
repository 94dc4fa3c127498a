// The payer's page: form → review → sending → receipt, and what this device keeps.

import { Delivery } from "./delivery.js";
import { keepInTab, load, pendingPayments, receipts, removePending, save, savePending, saveReceipt, shownInTab } from "./device.js";
import { $, announce, ask, currentView, inputOf, onClick, showView, toggle } from "./dom.js";
import { fillForm, presetForm, readForm, showErrors, showNotice, startForm } from "./form.js";
import { drawKept, forgetKept, refreshKept } from "./kept_payments.js";
import { drawInLanguage, say } from "./page_language.js";
import { mintPaymentId } from "./payment_id.js";
import { showPayment, showReceipt, startReceipt } from "./receipt.js";
import { sendPayment } from "./sending.js";
import { alone } from "./tabs.js";

/** @typedef {import("./device.js").Pending} Pending */

/** What the payer reviews or is sending. @type {Pending | undefined} */
let current;
/** @type {Delivery | undefined} */
let delivery;
let progress = { stored: true, unanswered: false };
let skew = 0; // of the phone's clock, in ms, once the server said so

if ($("form")) start();

function start() {
  startForm();
  startReceipt();
  const payer = load("payer");
  inputOf("remember").checked = Boolean(payer);
  fillForm({ amount: null, payer_id: payer, reason: null });
  presetForm(location.hash);
  listen();
  drawInLanguage(draw);
  const waiting = pendingPayments().find(({ payee_id, stopped }) => payee_id === payeeId() && !stopped);
  const shown = shownInTab();
  if (waiting) deliver(waiting, true); // before anything new
  else if (shown?.payee_id === payeeId() && isReload()) {
    showReceipt(shown);
    draw();
  } else keepInTab();
}

function isReload() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return /reload|back_forward/.test(navigation?.type);
}

function listen() {
  $("form").onsubmit = (event) => {
    event.preventDefault();
    review();
  };
  onClick("change", () => history.back());
  onClick("back", () => history.back());
  onClick("record", record);
  onClick("try-now", () => delivery?.tryNow());
  onClick("stop", stop);
  onClick("another", () => {
    showForm();
    inputOf("amount").focus();
  });
  onClick("open-kept", openKept);
  onClick("forget", async () => {
    if (!(await forgetKept())) return;
    inputOf("payer_id").value = "";
    inputOf("remember").checked = false;
    showForm();
  });
  inputOf("search").oninput = draw;
  onpopstate = () => {
    if (currentView() !== "sending") showForm();
  };
  onhashchange = () => presetForm(location.hash);
  ononline = () => {
    draw();
    delivery?.tryNow();
  };
  onoffline = draw;
  onbeforeunload = (event) => {
    if (!progress.stored && delivery) event.preventDefault();
  };
}

function draw() {
  if (current) showPayment({ ...current, ...current.fields });
  const view = currentView();
  $("sending-title").textContent = say(progress.unanswered ? "unconfirmed" : "sending");
  toggle("unconfirmed", progress.unanswered);
  toggle("trying", navigator.onLine);
  toggle("offline", !navigator.onLine);
  toggle("not-stored", !progress.stored);
  const n = pendingPayments().length;
  toggle("open-kept", n + receipts().length > 0 && /form|receipt/.test(view));
  $("open-kept").textContent = n ? say("pending", { n }) : say("kept");
  if (view === "kept") drawKept((pending) => deliver(pending, true), showReceipt);
}

/** @param {import("./dom.js").View} view */
function show(view) {
  showView(view);
  draw();
}

function showForm() {
  current = undefined;
  keepInTab();
  show("form");
}

function openKept() {
  history.pushState(null, "");
  inputOf("search").value = "";
  show("kept");
  refreshKept(draw);
}

function review() {
  const fields = readForm();
  if (!fields) return;
  current = {
    payment_id: newId(Date.now() + skew),
    payee_id: payeeId(),
    payee_name: document.querySelector("h1")?.textContent ?? "",
    fields,
    remember: inputOf("remember").checked,
    unanswered: false,
    stopped: false,
  };
  history.pushState(null, "");
  show("review");
}

/** The payer's word: from here on it is one payment, whatever happens. */
function record() {
  if (!current || currentView() !== "review") return;
  save("payer", current.remember ? current.fields.payer_id : "");
  deliver(current, false);
}

/**
 * @param {Pending} pending
 * @param {boolean} kept whether it was found on the device
 */
async function deliver(pending, kept) {
  current = pending;
  progress = { stored: true, unanswered: pending.unanswered };
  show("sending");
  const onWait = (/** @type {boolean} */ isElsewhere) => {
    toggle("other-tab", isElsewhere);
    onProgress({ stored: true, unanswered: pending.unanswered && !isElsewhere }); // there is nothing to stop here
  };
  const outcome = await alone(pending.payment_id, onWait, () => {
    if (kept && !pendingPayments().some(({ payment_id }) => payment_id === pending.payment_id)) return;
    const ports = { send: sendPayment, save: savePending, remove: removePending, newId, random: Math.random };
    delivery = new Delivery(pending, { ...ports, now: () => performance.now(), onProgress });
    return delivery.run();
  });
  delivery = undefined;
  if (outcome?.kind === "recorded") finish(pending, outcome);
  else {
    showForm();
    if (outcome?.kind === "refused") refuse(pending, outcome.problem);
    else showNotice({ key: outcome ? "stopped" : "other_tab" });
  }
}

/** @param {{stored: boolean, unanswered: boolean}} now */
function onProgress(now) {
  if (now.unanswered && !progress.unanswered) announce(say("unconfirmed"));
  progress = now;
  draw();
}

/**
 * @param {Pending} pending
 * @param {{payment: any, serverTime: number}} recorded
 */
function finish({ payee_name, remember }, { payment, serverTime }) {
  const receipt = { ...payment, payee_name };
  if (remember) saveReceipt(receipt);
  keepInTab(receipt);
  fillForm({ amount: "", payer_id: null, reason: "" });
  showNotice();
  showReceipt(receipt, serverTime);
  draw();
  announce(say("recorded"));
}

/**
 * @param {Pending} pending
 * @param {any} problem
 */
function refuse({ fields, payee_id }, { code, errors = [] }) {
  if (payee_id === payeeId()) fillForm(fields);
  const found = errors.map((/** @type {any} */ { pointer, detail }) => [
    pointer.slice(1),
    { key: "not_accepted", values: { detail } },
  ]);
  if (found.length && found.every((/** @type {any} */ [name]) => name in fields && name !== "currency")) {
    showErrors(Object.fromEntries(found));
  } else {
    const key = code === "payee-closed" ? "closed" : code === "clock-skew" ? "late" : "refused";
    showNotice({ key, values: { code } });
  }
}

async function stop() {
  const sending = delivery;
  if (await ask(say("stop"), say("stop_warning"), [], say("stop"), say("keep_trying"))) sending?.stop();
}

function payeeId() {
  return $("form").dataset.payeeId ?? "";
}

/** @param {number} ms */
function newId(ms) {
  skew = ms - Date.now();
  return mintPaymentId(ms, crypto.getRandomValues(new Uint8Array(16)));
}
