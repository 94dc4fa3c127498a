// The till that this page shows, and whose it is.

/**
 * @typedef {{name: string, currency: string, digits: number, min: string, max: string, status: string}} PayeeInfo
 *   `currency` "" as long as it is not known
 * @typedef {{payment_id: string, amount: string, currency: string, reason: string}} Request
 * @typedef {{till: import("./till.js").Till, storage: ReturnType<typeof import("./keeping.js").tillStorage>,
 *   key: import("./keys.js").TillKey, payee: PayeeInfo, label: string, request: Request | undefined}} Here
 *   `label` is this key's, "" until an event tells it
 */

/** @type {Here | undefined} */
let here;

/** @param {Here | undefined} opened */
export function setHere(opened) {
  here = opened;
}

/** @returns {Here} */
export function thisTill() {
  if (!here) throw Error("no till is open");
  return here;
}

export function isOpen() {
  return Boolean(here);
}

/** @param {Request | undefined} request that waits for its payer; one at a time */
export function setRequest(request) {
  thisTill().request = request;
  thisTill().storage.save("request", request || null);
}

/** The server's clock, as far as it is known. */
export function clockNow() {
  return here ? here.till.clock : Date.now();
}

/** Whether this till's key did it. @param {string} by */
export function isMine(by) {
  return by === "" || Boolean(here && by === here.label);
}
