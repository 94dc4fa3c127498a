import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import * as storage_ from "../../templates/js/device.js";
import * as kept from "../../templates/js/kept.js";

const device = { ...storage_, ...kept };

function storage(content = {}) {
  const methods = {
    getItem: (key) => content[key] ?? null,
    setItem: (key, text) => void (content[key] = text),
    removeItem: (key) => void delete content[key],
  };
  return new Proxy(content, { get: (_, key) => methods[key] ?? content[key] });
}

function pending(payment_id, payee_id = "a") {
  return { payment_id, payee_id, payee_name: "A", fields: { amount: "1.00" }, unanswered: true };
}

const RECEIPT = { payment_id: "01A", payee_id: "a", amount: "1.00", status: "claimed" };

beforeEach(() => {
  globalThis.localStorage = storage({ other: "not ours" });
});

test("payments on their way are kept in the order of time, each for itself", () => {
  assert.ok(device.savePending(pending("01B")));
  device.savePending(pending("01A", "b"));
  assert.deepEqual(device.pendingPayments().map((one) => one.payment_id), ["01A", "01B"]);
  device.removePending(pending("01A"));
  assert.deepEqual(device.pendingPayments(), [pending("01B")]);
});

test("what was written down is not on its way, though a tab that heard of it late kept it so again", () => {
  const written = 1_700_000_000_000;
  device.saveReceipt({ ...RECEIPT, at: written });
  device.savePending(pending("01A"));
  device.savePending(pending("01B"));
  assert.deepEqual(device.pendingPayments(), [pending("01B")]);
  device.dropOldReceipts(written + device.DAY_MS);
  assert.deepEqual(device.pendingPayments(), [pending("01B")], "nor when its receipt is gone");
});

test("what another version or another hand wrote is passed over", () => {
  localStorage.setItem("payee-pages:pending:x", "{");
  localStorage.setItem("payee-pages:pending:y", "{}");
  localStorage.setItem("payee-pages:pending:z", "null");
  assert.deepEqual(device.pendingPayments(), []);
});

test("receipts are kept apart, the latest first, and change only if they are kept", () => {
  device.updateReceipt({ ...RECEIPT, status: "confirmed" });
  assert.deepEqual(device.receipts(), []);
  device.saveReceipt(RECEIPT);
  device.saveReceipt({ ...RECEIPT, payment_id: "01B" });
  device.updateReceipt({ ...RECEIPT, status: "confirmed" });
  assert.deepEqual(device.receipts().map((one) => [one.payment_id, one.status]), [["01B", "claimed"], ["01A", "confirmed"]]);
});

test("forgetting leaves nothing of ours and everything of others", () => {
  device.savePending(pending("01B"));
  device.saveReceipt(RECEIPT);
  device.save("payer", "Asha");
  device.forgetAll();
  assert.deepEqual(Object.keys(localStorage), ["other"]);
});

test("what was written down goes after a day, unless the payer keeps it", () => {
  const written = 1_700_000_000_000;
  device.saveReceipt({ ...RECEIPT, at: written });
  device.saveReceipt({ ...RECEIPT, payment_id: "01B", at: written, kept: true });
  device.saveReceipt({ ...RECEIPT, payment_id: "01C" }); // of an earlier version, kept on purpose
  device.dropOldReceipts(written + device.DAY_MS - 1);
  assert.equal(device.receipts().length, 3);
  device.dropOldReceipts(written + device.DAY_MS);
  assert.deepEqual(device.receipts().map((one) => one.payment_id), ["01C", "01B"]);
});

test("where the payer left for the bank app is kept apart from what is on its way", () => {
  device.saveOpened(pending("01A"));
  assert.deepEqual(device.pendingPayments(), []);
  assert.equal(device.openedPayments().length, 1);
  device.removeOpened(pending("01A"));
  assert.deepEqual(device.openedPayments(), []);
});

test("a device that refuses storage keeps nothing, the tab does, and nothing throws", () => {
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get() {
      throw new Error("refused");
    },
    set(value) {
      Object.defineProperty(globalThis, "localStorage", { value, writable: true, configurable: true });
    },
  });
  assert.equal(device.savePending(pending("01A")), false);
  assert.deepEqual(device.pendingPayments(), [pending("01A")]);
  assert.equal(device.load("payer"), "");
  device.removePending(pending("01A"));
  assert.deepEqual(device.pendingPayments(), []);
  device.forgetAll();
});
