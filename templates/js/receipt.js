// The receipt: what the API said it recorded, a clock that ticks, and what the payee made of it.

import { formatMoney } from "./amount.js";
import { updateReceipt } from "./device.js";
import { $, announce, element, onClick, showValues, showView, toggle } from "./dom.js";
import { fetchStatus, repeatPolitely } from "./confirmation.js";
import { drawInLanguage, locale, say } from "./page_language.js";

/** @typedef {import("./device.js").Receipt} Receipt */

/** @type {Receipt | undefined} */
let shownReceipt;
let clockOffset = 0;
let stopAsking = () => {};

export function startReceipt() {
  drawInLanguage(drawReceipt);
  setInterval(tick, 1000);
  onClick("print", () => print());
  toggle("share", Boolean(navigator.share));
  toggle("copy", Boolean(navigator.clipboard));
  onClick("share", () => navigator.share({ text: summary() }).catch(() => {}));
  onClick("copy", async () => {
    await navigator.clipboard.writeText(summary());
    $("copy").textContent = say("copied");
    announce(say("copied"));
  });
}

/**
 * @param {Receipt} receipt
 * @param {number} [serverTime] the server's clock now, if it is known
 */
export function showReceipt(receipt, serverTime = NaN) {
  stopAsking();
  shownReceipt = receipt;
  clockOffset = serverTime - Date.now() || 0;
  showView("receipt");
  drawReceipt();
  const isWatched = () => !document.hidden && !$("receipt").hidden;
  stopAsking = repeatPolitely(async () => {
    const status = await fetchStatus(receipt);
    if (!status || status === receipt.status) return;
    receipt.status = status;
    updateReceipt(receipt);
    drawReceipt();
    announce(say(statusKey(receipt)));
  }, isWatched);
}

function drawReceipt() {
  const receipt = shownReceipt;
  if (!receipt) return;
  showPayment(receipt);
  showValues({ time: formatTime(receipt.recorded_at, "medium") });
  $("reference").replaceChildren(...inFives(receipt.reference).flatMap((five) => [element("span", five), " "]));
  $("receipt-title").textContent = say(statusKey(receipt));
  $("receipt").dataset.status = receipt.status;
  $("copy").textContent = say("copy");
  tick();
}

function tick() {
  $("clock").textContent = new Date(Date.now() + clockOffset).toLocaleTimeString(locale);
}

/** @param {Receipt} receipt */
export function statusKey({ status }) {
  return status === "claimed" ? "recorded" : status;
}

/** @param {string} time @param {"short" | "medium"} timeStyle */
export function formatTime(time, timeStyle) {
  return new Date(time).toLocaleString(locale, { dateStyle: "medium", timeStyle });
}

/** @param {import("./device.js").Fields & {payee_name: string}} payment */
export function showPayment({ payee_name, payer_id, reason, ...money }) {
  showValues({ amount: amountOf(money), payee_name, payer_id, reason: reason || "–" });
}

/** @param {{amount: string, currency: string}} payment */
export function amountOf({ amount, currency }) {
  return formatMoney(amount, currency, locale);
}

/** The receipt as plain text. */
function summary() {
  const lines = [...$("receipt").querySelectorAll("h2, .amount, dt, dd")].map((line) => line.textContent?.trim());
  return [...lines, location.href.split("#")[0]].join("\n");
}

/** A reference as people read it out. @param {string} reference */
export function inFives(reference) {
  return reference.match(/.{1,5}/g) ?? [];
}
