import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { codeOf, isLate, mayBecome, mintedAt, statusOf } from "../../templates/js/till/states.js";
import { mintPaymentId } from "../../templates/js/payment_id.js";

const cases = JSON.parse(readFileSync(new URL("event_states.json", import.meta.url), "utf-8"));
const eventsOf = (/** @type {string[]} */ names) => names.map((status) => ({ status, by: "", why: "", recorded_at: "" }));

test("events add up to the same status as in the API", () => {
  assert.ok(cases.length > 100);
  for (const { events, status } of cases) assert.equal(statusOf({ events: eventsOf(events) }), status, events.join());
});

test("a till offers what the API allows", () => {
  for (const { status, allowed } of cases) {
    const offered = ["confirmed", "reversed", "undone"].filter((next) => mayBecome(status, next));
    assert.deepEqual(offered, allowed);
  }
});

test("the time in an id is read back, and its end is the code", () => {
  const ms = Date.parse("2026-03-01T04:00:00.123Z");
  const id = mintPaymentId(ms, new Uint8Array(16).fill(31));
  assert.equal(mintedAt(id), ms);
  assert.equal(codeOf("01KJKBWN7VZ8Z1T7Q0ZJ5S9G4M"), "9G4M");
});

test("a payment is late that was over an hour on its way", () => {
  const payment_id = mintPaymentId(Date.parse("2026-03-01T04:00:00Z"), new Uint8Array(16));
  const recorded = (/** @type {string} */ recorded_at) => isLate(/** @type {any} */ ({ payment_id, recorded_at }));
  assert.equal(recorded("2026-03-01T05:00:00.000Z"), false);
  assert.equal(recorded("2026-03-01T05:00:00.001Z"), true);
  assert.equal(recorded("2026-02-28T05:00:00Z"), false); // a phone whose clock runs ahead
});
