// Cash: handed over, then written down.

/** @type {import("../rails.js").Rail} */
export const cashRail = {
  asksBankNumber: false,
  codeText: () => "",
  links: () => [],
  rows: () => [],
};
