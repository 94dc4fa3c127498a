// Who the payee is, and what they take: their own page of this site says it.

import { FETCH } from "../sending.js";

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<import("./here.js").PayeeInfo | undefined>} undefined if it can't be had now
 */
export async function fetchPayee(url, signal) {
  try {
    const response = await fetch(url, { ...FETCH, cache: "default", signal });
    const text = (await response.text()).replace(/<style>[^]*?<\/style>/, ""); // this page's policy forbids it
    const page = new DOMParser().parseFromString(text, "text/html");
    const heading = page.querySelector("h1");
    if (!response.ok || !heading) return;
    const terms = /** @type {HTMLElement | null} */ (page.querySelector("[data-currency]"));
    const { currency = "", digits = "0", min = "", max = "" } = terms ? terms.dataset : {};
    const name = (heading.textContent || "").trim();
    return { name, currency, digits: Number(digits), min, max, status: currency ? "open" : "closed" };
  } catch {
    // Then what was kept of it holds.
  }
}
