import assert from "node:assert/strict";
import test from "node:test";
import { findEqual } from "../../templates/js/equal.js";
import { lastOf, placeNow } from "../../templates/js/flow.js";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const NOTHING = { pending: [], opened: [], receipts: [] };

function said(payment_id, more = {}) {
  const fields = { payer_id: "Asha", amount: "50.00", currency: "INR", reason: "" };
  return { payment_id, payee_id: "a", payee_name: "A", fields, ...more };
}

function receipt(payment_id, more = {}) {
  const { fields, ...whose } = said(payment_id);
  return { ...whose, ...fields, status: "claimed", at: NOW - HOUR, recorded_at: new Date(NOW - HOUR).toISOString(), ...more };
}

const here = (place, kept, draft = "", isFresh = false) => placeNow(place, { ...NOTHING, ...kept }, "a", draft, isFresh);

test("a page that is opened shows the form, and first what is unfinished with this payee", () => {
  assert.deepEqual(here(null, {}, "", true), { view: "form", id: "" });
  assert.deepEqual(here(null, { pending: [said("1")] }, "", true), { view: "sending", id: "1" });
  assert.deepEqual(here(null, { opened: [said("1")] }, "", true), { view: "return", id: "1" });
  assert.deepEqual(here(null, { pending: [said("1", { stopped: true })] }, "", true).view, "form");
  assert.deepEqual(here(null, { pending: [said("1", { payee_id: "b" })], opened: [said("2", { payee_id: "b" })] }, "", true).view, "form");
});

test("a tab that was discarded in the bank app asks on its return, and a word half said goes on", () => {
  const opened = [said("1")];
  assert.equal(here({ view: "way", id: "1" }, { opened }, "1", true).view, "return");
  assert.equal(here({ view: "review", id: "1" }, { opened }, "1", true).view, "review");
});

test("Back and Forward lead to the view that was there", () => {
  for (const view of ["ways", "way", "review"]) assert.deepEqual(here({ view, id: "1" }, {}, "1"), { view, id: "1" });
  assert.equal(here({ view: "way", id: "1" }, { opened: [said("1")] }).view, "way");
  assert.equal(here({ view: "kept", id: "" }, {}).view, "kept");
  assert.deepEqual(here({ view: "receipt", id: "1" }, { receipts: [receipt("1")] }), { view: "receipt", id: "1" });
  assert.equal(here(null, { pending: [said("1")] }).view, "form");
});

test("what was said can't be said or paid again from where Back leads", () => {
  for (const view of ["ways", "way", "return", "review"]) {
    assert.equal(here({ view, id: "1" }, { receipts: [receipt("1")] }, "").view, "form");
    assert.equal(here({ view, id: "1" }, { pending: [said("1")] }, "").view, "form");
    assert.equal(here({ view, id: "1" }, {}, "2").view, "form");
  }
});

test("a payment is sending until it is written down, and its receipt shows that", () => {
  assert.equal(here({ view: "sending", id: "1" }, { pending: [said("1")] }).view, "sending");
  assert.equal(here({ view: "sending", id: "1" }, { receipts: [receipt("1")] }).view, "receipt");
  assert.equal(here({ view: "receipt", id: "1" }, { pending: [said("1")] }).view, "sending");
  assert.equal(here({ view: "receipt", id: "1" }, {}).view, "form");
});

test("a receipt that is looked at is shown again although another payment is on its way", () => {
  const kept = { receipts: [receipt("1")], pending: [said("2")] };
  assert.deepEqual(here({ view: "receipt", id: "1" }, kept, "", true), { view: "receipt", id: "1" });
});

test("the last payment here has a line: unfinished ones first, receipts for a day", () => {
  const kept = { ...NOTHING, receipts: [receipt("3"), receipt("2")] };
  assert.equal(lastOf(NOTHING, "a", NOW), undefined);
  assert.equal(lastOf(kept, "a", NOW).payment.payment_id, "3");
  assert.equal(lastOf(kept, "b", NOW), undefined);
  assert.equal(lastOf(kept, "a", NOW + 24 * HOUR), undefined);
  assert.equal(lastOf({ ...kept, pending: [said("1", { stopped: true })] }, "a", NOW).view, "sending");
  assert.deepEqual(lastOf({ ...kept, pending: [said("1")], opened: [said("0")] }, "a", NOW).view, "return");
  assert.equal(lastOf({ ...kept, pending: [said("1")] }, "a", NOW).payment.amount, "50.00");
});

test("the same again is noticed: on its way, or written down in the last day and not reversed", () => {
  const again = said("9");
  const equal = (kept, one = again) => findEqual(one, { ...NOTHING, ...kept }, NOW)?.payment_id;
  assert.equal(equal({}), undefined);
  assert.equal(equal({ pending: [said("1", { stopped: true })] }), "1");
  assert.equal(equal({ receipts: [receipt("1", { payer_id: "ASHA" })] }), "1");
  for (const other of [{ amount: "51.00" }, { payer_id: "Ravi" }, { payee_id: "b" }, { status: "reversed" }, { at: NOW - 25 * HOUR }]) {
    assert.equal(equal({ receipts: [receipt("1", other)] }), undefined, JSON.stringify(other));
  }
});
