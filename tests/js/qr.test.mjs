import assert from "node:assert/strict";
import test from "node:test";
import { makeQr } from "../../templates/js/parts/qr.js";

test("a code is as large as its text needs, at level M", () => {
  assert.equal(makeQr("a".repeat(14)).size, 21); // ISO/IEC 18004, table 7: 14 bytes in version 1
  assert.equal(makeQr("a".repeat(15)).size, 25);
  assert.equal(makeQr("a".repeat(997)).size, 117); // version 25, the largest of Swiss bills
  assert.throws(() => makeQr("a".repeat(998)), RangeError);
});
