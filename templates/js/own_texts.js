// The build writes this module: the texts of the page's own language that a part says.

/** @type {Record<string, import("./language.js").Text>} */
export const OWN_TEXTS = {};
