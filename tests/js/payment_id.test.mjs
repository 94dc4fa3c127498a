import assert from "node:assert/strict";
import test from "node:test";
import { mintPaymentId } from "../../templates/js/payment_id.js";

test("an id is a ULID: its time, then its randomness", () => {
  assert.equal(mintPaymentId(0, new Uint8Array(16)), "0".repeat(26));
  assert.equal(mintPaymentId(2 ** 48 - 1, new Uint8Array(16).fill(31)), `7${"Z".repeat(25)}`);
  assert.equal(mintPaymentId(1_469_918_176_385.9, new Uint8Array(16)).slice(0, 10), "01ARYZ6S41"); // ULID's own example
});

test("ids sort by their time", () => {
  const random = new Uint8Array(16).fill(31);
  assert.ok(mintPaymentId(1000, random) < mintPaymentId(1001, new Uint8Array(16)));
});
