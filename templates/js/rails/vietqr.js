// VietQR, Vietnam. rails/vietqr.py says by which standard.

import { foldToAscii } from "./ascii.js";
import { emvCode, emvField } from "./emv.js";
import { filledRows, noteRow, referenceOf } from "./rows.js";

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 * @param {string} [_reference] there is no field for it
 * @param {string} [purpose]
 */
export function vietqrCode({ address, bank, card }, { amount, currency }, _reference, purpose = "") {
  if (currency !== "VND") return "";
  const toWhom = emvField("00", bank) + emvField("01", address);
  return emvCode(
    ["01", amount ? "12" : "11"],
    ["38", emvField("00", "A000000727") + emvField("01", toWhom) + emvField("02", card ? "QRIBFTTC" : "QRIBFTTA")],
    ["53", "704"],
    ["54", amount],
    ["58", "VN"],
    ["62", emvField("08", foldToAscii(purpose, 25))],
  );
}

/** @type {import("../rails.js").Rail} */
export const vietqrRail = {
  asksBankNumber: false,

  codeText: (account, payment) => vietqrCode(account, payment, "", referenceOf(payment)),

  links: () => [],

  rows: (account, payment) =>
    filledRows(
      ["row_bank", account.bank_name],
      [account.card ? "row_card" : "row_account", account.address],
      ["row_holder", account.holder],
      ["row_amount", payment.amount],
      noteRow(payment),
    ),
};
