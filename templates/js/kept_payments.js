// "My payments on this device": those on their way, and the receipts that the payer chose to keep.

import { forgetAll, pendingPayments, receipts, updateReceipt } from "./device.js";
import { $, ask, element, inputOf, toggle } from "./dom.js";
import { fetchStatus } from "./confirmation.js";
import { say } from "./page_language.js";
import { amountOf, formatTime, inFives, statusKey } from "./receipt.js";

const REFRESHED = 10; // the latest ones

/**
 * @param {(pending: import("./device.js").Pending) => void} onPending
 * @param {(receipt: import("./device.js").Receipt) => void} onReceipt
 */
export function drawKept(onPending, onReceipt) {
  const lines = [
    ...pendingPayments().map((one) => keptLine({ ...one, ...one.fields }, "unconfirmed", () => onPending(one))),
    ...receipts().map((one) => keptLine(one, statusKey(one), () => onReceipt(one))),
  ].filter((line) => squeezed(line.textContent).includes(squeezed(inputOf("search").value)));
  $("payments").replaceChildren(...lines);
  toggle("nothing", !lines.length);
}

/** Ask what became of the latest payments, one after the other. @param {() => void} redraw */
export async function refreshKept(redraw) {
  for (const receipt of receipts().slice(0, REFRESHED)) {
    const status = await fetchStatus(receipt);
    if ($("kept").hidden) return;
    if (status && status !== receipt.status) {
      updateReceipt({ ...receipt, status });
      redraw();
    }
  }
}

/** @returns {Promise<boolean>} whether everything is forgotten */
export async function forgetKept() {
  const pending = pendingPayments();
  const n = pending.length;
  const text = n ? `${say("pending", { n })}. ${say("stop_warning")}` : "";
  const list = pending.map(({ fields, payee_name }) => `${amountOf(fields)} · ${payee_name}`);
  const sure = await ask(say("forget"), text, list, say("forget"), say("back"));
  if (sure) forgetAll();
  return sure;
}

/**
 * @param {import("./device.js").Payment & {recorded_at?: string}} payment
 * @param {string} status
 * @param {() => void} act
 */
function keptLine(payment, status, act) {
  const { payee_name, payer_id, reason, payment_id, recorded_at } = payment;
  const button = element("button", element("b", element("bdi", payee_name)), element("b", amountOf(payment)));
  const when = recorded_at ? formatTime(recorded_at, "short") : say("try_now");
  for (const words of [[say(status), when], [payer_id, reason], [inFives(payment_id.slice(1)).join(" ")]]) {
    button.append(element("small", element("bdi", words.filter(Boolean).join(" · "))));
  }
  button.className = status;
  button.onclick = act;
  return element("li", button);
}

/** @param {string | null} text */
function squeezed(text) {
  return (text ?? "").normalize("NFC").toLowerCase().replace(/\s/g, "");
}
