import assert from "node:assert/strict";
import test from "node:test";
import { chooseLanguage, chooseLocale, fillText } from "../../templates/js/language.js";

test("the first wanted language that the site has is taken, else the site's first", () => {
  assert.equal(chooseLanguage(["en", "hi"], ["kn-IN", "hi-IN", "en"]), "hi");
  assert.equal(chooseLanguage(["hi", "en"], ["fr"]), "hi");
  assert.equal(chooseLanguage(["en", "pt"], ["", "PT-br"]), "pt");
});

test("numbers and dates follow the payer's country", () => {
  assert.equal(chooseLocale("en", ["kn-IN", "en-IN", "en"]), "en-IN");
  assert.equal(chooseLocale("hi", ["en-US"]), "hi");
  assert.equal(chooseLocale("en", ["en-US@posix"]), "en"); // Intl would throw
});

test("values are filled in, numbers as the language writes them", () => {
  assert.equal(fillText("From {min} to {max}", { min: "₹1", max: "₹2" }, "en"), "From ₹1 to ₹2");
  assert.equal(fillText("{n}", { n: 1234 }, "de"), "1.234");
  assert.equal(fillText("{user}", { user: "{n}" }, "en"), "{n}");
});

test("plurals follow the language, and fall back to other", () => {
  const arabic = { zero: "0", one: "1", two: "2", few: "few", many: "many", other: "other" };
  const chosen = [0, 1, 2, 3, 11, 100].map((n) => fillText(arabic, { n }, "ar"));
  assert.deepEqual(chosen, ["0", "1", "2", "few", "many", "other"]);
  assert.equal(fillText({ one: "1", other: "x" }, { n: 1_000_000 }, "fr"), "x");
});
