// The build writes this module: the ways to pay that the page's payee has, and no others.

/**
 * @typedef {{rail: string, address?: string, holder?: string, [option: string]: any}} Account
 * @typedef {{amount: string, currency: string, payment_id: string, payee_name: string, reason: string}} RailPayment
 * @typedef {{
 *   asksBankNumber: boolean,
 *   codeText: (account: any, payment: RailPayment) => string,
 *   links: (account: any, payment: RailPayment, platform: string) => {label: string, href: string}[],
 *   rows: (account: any, payment: RailPayment) => {key: string, text: string, copy: string}[],
 * }} Rail
 * @type {Record<string, Rail>}
 */
export const RAILS = {};
