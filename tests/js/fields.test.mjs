import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { checkFields } from "../../templates/js/fields.js";

const VECTORS = JSON.parse(readFileSync(new URL("../payments/text_vectors.json", import.meta.url), "utf-8"));
const TERMS = { currency: "INR", digits: 2, min: "1.00", max: "10000.00" };

function check(typed) {
  return checkFields({ amount: "50", payer_id: "Asha", reason: "", ...typed }, TERMS, ".");
}

function errorKeys(typed) {
  return Object.fromEntries(Object.entries(check(typed).errors).map(([name, error]) => [name, error?.key]));
}

const FINE = { amount: undefined, payer_id: undefined, reason: undefined };

test("fields are sent in one normal form", () => {
  const { fields, errors } = check({ payer_id: " Ame\u0301lie ", reason: " 2 kg " });
  assert.deepEqual(fields, { payer_id: "Amélie", amount: "50.00", currency: "INR", reason: "2 kg" });
  assert.deepEqual(errors, FINE);
});

for (const [amount, key] of [["", "amount_missing"], ["  ", "amount_missing"], ["50.000", "amount_readings"], ["$50", "amount_unclear"], ["1,000", undefined], ["₹50", undefined],
  ["0.99", "amount_small"], ["10000.01", "amount_large"], ["10000", undefined], ["1", undefined]]) {
  test(`an amount of “${amount}”: ${key ?? "fine"}`, () => {
    assert.deepEqual(errorKeys({ amount }), { ...FINE, amount: key });
  });
}

test("a name is asked for", () => {
  assert.deepEqual(errorKeys({ payer_id: " \t" }), { ...FINE, payer_id: "payer_missing" });
});

test("lengths count code points after NFC and trimming, and the message says by how many", () => {
  assert.deepEqual(errorKeys({ payer_id: "😀".repeat(64), reason: ` ${"é".repeat(140)} ` }), FINE);
  const { errors } = check({ payer_id: "😀".repeat(65), reason: "e\u0301".repeat(143) });
  assert.deepEqual(errors.payer_id, { key: "too_long", values: { n: 1 } });
  assert.deepEqual(errors.reason, { key: "too_long", values: { n: 3 } });
});

for (const { what, text, parsed, refused, page, page_parsed } of VECTORS) {
  test(`text as the API takes it: ${what}`, () => {
    const { fields, errors } = check({ reason: text });
    if (refused && !page && page_parsed === undefined) {
      assert.deepEqual(errors.reason, { key: "unusable" });
    } else {
      assert.equal(errors.reason, undefined, page);
      assert.equal(fields.reason, parsed ?? page_parsed ?? text);
    }
  });
}
