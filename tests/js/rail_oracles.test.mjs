// Other people's libraries write the same codes. Where not, it is said why.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(new URL("../../.tools/node/", import.meta.url));
const PaynowQR = require("paynowqr");
const { QRPay } = require("vietnam-qr-pay");

const { codes } = JSON.parse(readFileSync(new URL("../rails/vectors.json", import.meta.url), "utf8"));
const cases = (rail) => codes.filter((vector) => vector.rail === rail);

for (const { account, amount, text, code } of cases("vietqr")) {
  test(`vietnam-qr-pay writes ${code}`, () => {
    const service = account.card ? "QRIBFTTC" : "QRIBFTTA";
    const bankNumber = account.card || account.vietqr;
    const ascii = text && text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d"); // it leaves marks
    const theirs = QRPay.initVietQR({ bankBin: account.bank, bankNumber, amount, purpose: ascii, service });
    assert.equal(theirs.build(), code);
  });
}

// It knows UENs only, writes 54 = 0 without an amount, and an expiry in any case: we leave out both,
// so cases with an amount are compared, with the expiry that it made up.
for (const { account, amount, reference, code } of cases("paynow")) {
  if (account.paynow[0] === "+" || !amount) continue;
  test(`paynowqr writes ${code}`, () => {
    const { expiry = "20991231", holder } = account;
    const company = holder.normalize("NFD").replace(/[^ -~]/g, "").slice(0, 25);
    const theirs = new PaynowQR({ uen: account.paynow, amount, refNumber: reference, company, expiry }).output();
    const made = fieldsOf(theirs);
    assert.equal(made.proxy["04"], expiry);
    if (!account.expiry) delete made.proxy["04"];
    assert.deepEqual(made, fieldsOf(code));
  });
}

/** A code's fields but for the CRC; the amount as a number, for it leaves out zeros. */
function fieldsOf(code) {
  const { 26: proxy, 54: amount, 63: _, ...fields } = split(code);
  return { ...fields, proxy: split(proxy), amount: Number(amount) };
}

function split(text) {
  const fields = {};
  for (let at = 0; at < text.length; ) {
    const length = Number(text.slice(at + 2, at + 4));
    fields[text.slice(at, at + 2)] = text.slice(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return fields;
}
