// Payments on their way from this tab, or from another one that this tab watches.

import { Delivery } from "./delivery.js";
import { load } from "./device.js";
import { isPendingKey, pendingPayments, removePending, savePending, saveReceipt } from "./kept.js";
import { sendPayment } from "./sending.js";
import { alone } from "./tabs.js";

/**
 * @typedef {import("./kept.js").Pending} Pending
 * @typedef {{pending: Pending, delivery?: Delivery, isElsewhere: boolean, stored: boolean, isOver: boolean}} Run
 *   `delivery`: once it is this tab's turn; `isElsewhere`: another tab has it; `stored`: the device keeps it
 * @typedef {Awaited<ReturnType<Delivery["run"]>>} Outcome
 */

const TAB = Math.random().toString(36);
/** @type {Set<Run>} */
const runs = new Set();
/** @type {{newId: (ms: number) => string, onChange: () => void,
 *   onEnd: (pending: Pending, outcome: Outcome | undefined) => void}} `outcome`: none if another tab ended it */
let ports;

/** @param {typeof ports} given */
export function startOutbox(given) {
  ports = given;
  addEventListener("storage", ({ key, newValue }) => {
    for (const run of runs) {
      if (!isPendingKey(key, run.pending.payment_id)) continue;
      const now = newValue && JSON.parse(newValue);
      if (!run.delivery) Object.assign(run.pending, now);
      else if (!now || now.sender !== TAB) run.delivery.leave();
      ports.onChange();
    }
  });
  addEventListener("online", () => runs.forEach(({ delivery }) => delivery && delivery.tryNow()));
  resumeOutbox();
}

/** Send what the device keeps, and leave alone what another tab has sent meanwhile. */
export function resumeOutbox() {
  const pending = pendingPayments();
  for (const { pending: mine, delivery, stored } of runs) {
    if (delivery && stored && !pending.some(({ payment_id }) => payment_id === mine.payment_id)) delivery.leave();
  }
  for (const one of pending) if (!one.stopped) deliver(one);
}

/** @param {string} paymentId */
export function runOf(paymentId) {
  return [...runs].find(({ pending }) => pending.payment_id === paymentId);
}

/**
 * @param {Pending} pending the device keeps it, if it keeps anything
 * @param {boolean} [steal] take it over from another tab
 */
export async function deliver(pending, steal = false) {
  const before = runOf(pending.payment_id);
  if (before && !steal) return;
  if (before) {
    before.isOver = true;
    runs.delete(before);
  }
  if (steal) savePending({ ...pending, sender: TAB });
  /** @type {Run} */
  const run = { pending, isElsewhere: false, stored: true, isOver: false };
  runs.add(run);
  const onWait = (/** @type {boolean} */ isElsewhere) => {
    run.isElsewhere = isElsewhere;
    ports.onChange();
  };
  /** @type {Outcome | undefined} */
  let outcome;
  try {
    outcome = await alone(pending.payment_id, steal, onWait, async () => {
      const kept = pendingPayments().find(({ payment_id }) => payment_id === pending.payment_id);
      if (run.isOver || !kept) return undefined;
      Object.assign(pending, kept, { sender: TAB });
      run.delivery = new Delivery(pending, {
        send: async (one, signal) => {
          const answer = await sendPayment(one, signal);
          // First the receipt: who sees that it is not on its way any more must see that.
          if (answer.kind === "recorded") {
            saveReceipt({ ...answer.payment, payee_name: one.payee_name, at: Date.now(), kept: Boolean(load("payer")) });
          }
          return answer;
        },
        save: savePending,
        remove: removePending,
        newId: ports.newId,
        random: Math.random,
        now: () => performance.now(),
        onProgress: (stored) => {
          run.stored = stored;
          ports.onChange();
        },
      });
      return run.delivery.run();
    });
  } catch {
    run.isOver = true; // the browser stopped waiting; the page will look again when it is back
  }
  runs.delete(run);
  if (run.isOver) return;
  if (outcome && outcome.kind === "left") deliver(pending);
  else ports.onEnd(pending, outcome);
}
