// The build writes this module: how to pay, on pages of payees with ways to pay.

/** @type {Pick<typeof import("./paying.js"), "drawPaying" | "startPaying" | "startToPay" | "takeBankNumber"> | undefined} */
export const paying = undefined;
