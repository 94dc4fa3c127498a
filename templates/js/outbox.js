// Payments on their way, kept on the device before they are sent, so that a reload, a closed tab
// or a flat battery cannot turn one payment into two or none. Each has a place of its own: two
// tabs of one payee don't touch each other's.

/**
 * @typedef {{payer_id: string, amount: string, currency: string, reason: string}} Fields
 * @typedef {{payment_id: string, fields: Fields, unanswered: boolean}} Pending
 */

export class Outbox {
  /** @param {string} payeeId */
  constructor(payeeId) {
    this.prefix = `payee-pages:pending:${payeeId}:`;
  }

  /** @returns {Pending | null} the oldest one */
  oldest() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
      for (const key of keys.sort()) {
        const pending = parse(localStorage[key]);
        if (pending?.payment_id && pending.fields) return pending;
      }
    } catch {
      // A device that refuses storage keeps nothing.
    }
    return null;
  }

  /**
   * @param {Pending} pending
   * @returns {boolean} whether the device keeps it
   */
  save(pending) {
    try {
      localStorage.setItem(this.prefix + pending.payment_id, JSON.stringify(pending));
      return true;
    } catch {
      return false;
    }
  }

  /** @param {Pending} pending */
  remove(pending) {
    try {
      localStorage.removeItem(this.prefix + pending.payment_id);
    } catch {
      // A device that refuses storage kept nothing.
    }
  }
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // of another version of this page
  }
}
