import assert from "node:assert/strict";
import test from "node:test";
import { decimalMark, formatMoney, isLess, parseAmount, plainAmount, plainExample } from "../../templates/js/amount.js";

for (const [typed, digits, mark, amount] of [
  ["50", 2, ".", "50.00"],
  [" 50 ", 0, ".", "50"],
  ["050.5", 2, ".", "50.50"],
  ["50,5", 2, ".", "50.50"],
  ["50.5", 2, ",", "50.50"],
  ["٥٠٫٥", 2, "٫", "50.50"],
  ["५०", 2, ".", "50.00"],
  ["೫೦.೫", 2, ".", "50.50"],
  ["𝟧𝟢", 2, ".", "50.00"], // mathematical digits: five sets of ten in a row
  ["1.250", 3, ".", "1.250"],
  ["1,250", 3, ",", "1.250"],
  ["١٫٢٥٠", 3, ".", "1.250"],
  ["999999999999.99", 2, ".", "999999999999.99"],
]) {
  test(`${typed} is ${amount}, where “${mark}” is the decimal mark`, () => {
    assert.equal(parseAmount(typed, digits, mark), amount);
  });
}

for (const typed of ["1,000", "1,250", "1.000.000", "1,000.50", "1,00,000", "1 000", "١٬٠٠٠",
  "", "-5", "+5", "5e3", "5.", ".5", "1.23456", "1234567890123", "fifty", "₹50", "5_0"]) {
  test(`“${typed}” is not guessed`, () => {
    for (const digits of [0, 2, 3, 4]) assert.equal(parseAmount(typed, digits, "."), null);
  });
}

for (const [typed, example] of [
  ["10,000", "10000"], ["1,00,000", "100000"], ["1.000.000", "1000000"], ["1 000", "1000"], ["١٬٠٠٠", "1000"],
  ["₹50", "50"], ["50 Rs", "50"], ["-5", "5"], ["5.", "5"],
  ["", ""], [".5", ""], ["1,000.50", ""], ["5e3", ""], ["fifty", ""], ["1234567890123", ""], ["1.23456", ""],
]) {
  test(`“${typed}” could be written “${example}”`, () => assert.equal(plainExample(typed), example));
}

test("what groups thousands in one language is not guessed in another", () => {
  assert.equal(parseAmount("1.250", 3, ","), null);
  assert.equal(parseAmount("1,250", 3, "."), null);
});

test("amounts compare exactly", () => {
  assert.ok(isLess("0.99", "1.00"));
  assert.ok(!isLess("1.00", "1.00"));
  assert.ok(isLess("999999999999.98", "999999999999.99"));
});

test("money has the API's decimals, whatever the browser thinks of the currency", () => {
  assert.equal(formatMoney("50.00", "INR", "en-IN"), "₹50.00");
  assert.equal(formatMoney("100000", "INR", "en-IN"), "₹1,00,000");
  assert.match(formatMoney("1234.50", "IDR", "en"), /1,234\.50/); // browsers say 0
  assert.match(formatMoney("5000", "JPY", "de"), /5\.000/);
  assert.match(formatMoney("999999999999.99", "INR", "en"), /999,999,999,999\.99/);
});

test("a language has its decimal mark", () => {
  assert.equal(decimalMark("en-IN"), ".");
  assert.equal(decimalMark("de"), ",");
});

test("amounts lose only empty decimals", () => {
  assert.deepEqual(["50.00", "50.50", "100", "1.010"].map(plainAmount), ["50", "50.50", "100", "1.010"]);
});
