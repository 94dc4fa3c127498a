import assert from "node:assert/strict";
import test from "node:test";
import { closestNames, countInside, findWords, foldText, likeness, nextPiece } from "../../templates/js/search.js";

/** @param {string} query @param {string[]} texts */
const find = (query, texts) => findWords(query, texts.map(foldText));

/** @param {string} query @param {string[]} names */
const closest = (query, names) => closestNames(query, names.map(foldText));

test("every word must be there, in the name or beside it", () => {
  assert.deepEqual(find("veg", ["Mahantesh", "Vegetables, stall 12"]), [[], [[0, 3]]]);
  assert.deepEqual(find("12 MAHA", ["Mahantesh", "stall 12"]), [[[0, 4]], [[6, 8]]]);
  assert.equal(find("veg fish", ["Mahantesh", "Vegetables"]), undefined);
  assert.deepEqual(find("  ", ["Mahantesh", ""]), [[], []]);
});

test("what begins a word is marked, and counts for more", () => {
  assert.deepEqual(find("30", ["Stall 130, 30"]), [[[11, 13]]]);
  assert.equal(countInside("stall 30", [foldText("Stall 130")]), 1);
  assert.equal(countInside("stall 30", [foldText("Stall 301")]), 0);
});

test("accents of Latin letters and case do not matter, and places stay true", () => {
  assert.deepEqual(find("jose", ["Señor JOSÉ", ""]), [[[6, 10]], []]);
  assert.deepEqual(find("café", ["Cafe İzmir", ""]), [[[0, 4]], []]);
  assert.deepEqual(find("izmir", ["Cafe İzmir", ""]), [[[5, 10]], []]);
});

test("marks of other scripts are letters", () => {
  assert.equal(find("कि", ["की", ""]), undefined);
  assert.deepEqual(find("महा", ["महांतेश", ""]), [[[0, 3]], []]);
});

test("a spelling that is a little off finds the name", () => {
  const names = ["Mahantesh", "Shilpa", "Savita Vegetable Stores", "Adarsh"];
  assert.deepEqual(closest("mahanthesh", names), [0]);
  assert.deepEqual(closest("Shlipa", names), [1]);
  assert.deepEqual(closest("savitha", names), [2]);
  assert.deepEqual(closest("zzz", names), []);
  assert.equal(likeness("a", "a"), 1);
  assert.equal(likeness("a", "b"), 0);
});

test("what few type makes no difference, in any script", () => {
  assert.deepEqual(find("\u0642\u0647\u0648\u0629", ["\u0642\u064e\u0647\u0652\u0648\u064e\u0629 30"]), [[[0, 7]]]);
  assert.deepEqual(find("\u0627\u062d\u0645\u062f", ["\u0623\u062d\u0645\u062f"]), [[[0, 4]]]);
  assert.deepEqual(find("\u05e9\u05dc\u05d5\u05dd", ["\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd"]), [[[0, 7]]]);
  assert.deepEqual(find("\u03bf\u03b4\u03bf\u03c3", ["\u039f\u03b4\u03cc\u03c2"]), [[[0, 4]]]);
  assert.deepEqual(find("dao", ["\u0110\u00e0o"]), [[[0, 3]]]);
  assert.deepEqual(find("strasse", ["Alte Stra\u00dfe"]), [[[5, 11]]]);
  assert.deepEqual(find("jose\u0301", ["Jos\u00e9"]), [[[0, 4]]]);
  assert.deepEqual(find("12", ["stall \u0967\u0968"]), [[[6, 8]]]);
  assert.deepEqual(find("\u0967\u0968", ["stall 12"]), [[[6, 8]]]);
});

test("the pieces come first that may have what is looked for", () => {
  const pieces = /** @type {[string, string, string][]} */ ([["a", "a", "a"], ["m", "m", "m"], ["x", "\u4e00", "\u4e7f"]]);
  assert.equal(nextPiece("M\u00e1", pieces), 1);
  assert.equal(nextPiece("\u4e03", pieces), 2);
  assert.equal(nextPiece("stall", pieces), 0);
  assert.equal(nextPiece("", pieces), 0);
});
