// The build writes this module: where the site's files are, and the parts that the page's modules ask
// for.

export const ASSETS = "/assets/";

/**
 * @typedef {{integrity: string, give: () => any[]}} PartFile `give` tells the part's script what it
 *   needs of the page's
 * @type {Record<string, PartFile>}
 */
export const PART_FILES = {};
