// What one types or pastes by hand, where no code is scanned and no app opened.

/**
 * @param {[key: string, copy: string | undefined, text?: string][]} rows each with the name of its
 *   words, what is copied and, if it reads better, how it is shown
 */
export function filledRows(...rows) {
  return rows.flatMap(([key, copy, text = copy]) => (copy && text ? [{ key, text, copy }] : []));
}

/**
 * @param {string} text
 * @param {number} size
 */
export function inGroups(text, size) {
  return text.replace(RegExp(`.{${size}}(?=.)`, "g"), "$& ");
}

/**
 * @param {import("../rails.js").RailPayment} payment
 * @returns {string} the id without its leading 0, which every common transfer has room for
 */
export function referenceOf(payment) {
  return payment.payment_id.slice(1);
}

/**
 * The last row of most rails.
 *
 * @param {import("../rails.js").RailPayment} payment
 * @returns {[string, string, string]}
 */
export function noteRow(payment) {
  const reference = referenceOf(payment);
  return ["row_note", reference, inGroups(reference, 5)];
}
