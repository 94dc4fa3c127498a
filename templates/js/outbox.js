// The payment on its way, kept on the device before it is sent, so that a reload, a closed tab or
// a flat battery cannot turn one payment into two or none.

/**
 * @typedef {{payer_id: string, amount: string, currency: string, reason: string}} Fields
 * @typedef {{payment_id: string, fields: Fields, unanswered: boolean}} Pending
 */

export class Outbox {
  /** @param {string} payeeId */
  constructor(payeeId) {
    this.key = `payee-pages:pending:${payeeId}`;
  }

  /** @returns {Pending | null} */
  load() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      return null;
    }
  }

  /**
   * @param {Pending} pending
   * @returns {boolean} whether the device keeps it
   */
  save(pending) {
    try {
      localStorage.setItem(this.key, JSON.stringify(pending));
      return true;
    } catch {
      return false;
    }
  }

  clear() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // A device that refuses storage kept nothing.
    }
  }
}
