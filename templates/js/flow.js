// Which view comes next, from what the history says of this place and what the device keeps. Nothing
// is shown twice as new, and nothing that is unfinished is lost sight of.

import { DAY_MS } from "./device.js";

/**
 * @typedef {"form" | "ways" | "way" | "return" | "review" | "sending" | "receipt" | "kept" | "question"} View
 * @typedef {{view: View, id: string}} Place `id`: the payment that is shown, if one is
 * @typedef {import("./kept.js").Said} Said
 * @typedef {import("./kept.js").Pending} Pending
 * @typedef {import("./kept.js").Receipt} Receipt
 * @typedef {{pending: Pending[], opened: Said[], receipts: Receipt[]}} Kept
 */

/**
 * @param {Place | null} place as the history has it; null where the payer has not been yet
 * @param {Kept} kept
 * @param {string} payeeId whose page it is
 * @param {string} draftId of what is typed and not said yet
 * @param {boolean} isFresh the page was just opened, or came back: what is unfinished goes first
 * @returns {Place}
 */
export function placeNow(place, { pending, opened, receipts }, payeeId, draftId, isFresh) {
  const { view, id } = place || { view: "form", id: "" };
  const has = (/** @type {{payment_id: string}[]} */ list) => list.some((one) => one.payment_id === id);
  if (/sending|receipt/.test(view)) {
    if (has(receipts)) return { view: "receipt", id };
    if (has(pending)) return { view: "sending", id };
  }
  if (isFresh) {
    const sent = pending.find((one) => one.payee_id === payeeId && !one.stopped);
    if (sent) return { view: "sending", id: sent.payment_id };
    const left = opened.find((one) => one.payee_id === payeeId);
    if (left && !(view === "review" && id === left.payment_id)) return { view: "return", id: left.payment_id };
  }
  const isOpen = /way|return|review/.test(view) && !has(pending) && !has(receipts) && (has(opened) || id === draftId);
  return isOpen || view === "kept" ? { view, id } : { view: "form", id: "" };
}

/**
 * The payer's last payment here, for a line on the form. What is unfinished goes before what is not.
 *
 * @param {Kept} kept
 * @param {string} payeeId
 * @param {number} now
 * @returns {{view: "return" | "sending" | "receipt", payment: any} | undefined}
 */
export function lastOf({ pending, opened, receipts }, payeeId, now) {
  const isHere = (/** @type {{payee_id: string}} */ one) => one.payee_id === payeeId;
  const left = opened.find(isHere);
  if (left) return { view: "return", payment: flat(left) };
  const sent = pending.find(isHere);
  if (sent) return { view: "sending", payment: flat(sent) };
  const written = receipts.find((one) => isHere(one) && isOfToday(one, now));
  return written && { view: "receipt", payment: written };
}

/** @param {Said} said */
export function flat(said) {
  return { ...said, ...said.fields };
}

/** @param {Receipt} receipt @param {number} now */
export function isOfToday({ at, recorded_at }, now) {
  return now - (at || Date.parse(recorded_at)) < DAY_MS;
}
