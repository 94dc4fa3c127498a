// The build writes this module: where the parts are that the page's modules ask for.

/**
 * @typedef {{url: string, integrity: string, give: () => object}} PartFile `give` tells the part's
 *   script what it needs of the page's
 * @type {Record<string, PartFile>}
 */
export const PART_FILES = {};
