// The code that Pix, PayNow, PromptPay and VietQR share; equal to rails/emv.py.

/**
 * @param {string} tag
 * @param {string} [value]
 * @returns {string} "" without value
 */
export function emvField(tag, value) {
  return value ? tag + String(value.length).padStart(2, "0") + value : "";
}

/** @param {...[tag: string, value?: string]} fields those after 00 and before the CRC */
export function emvCode(...fields) {
  const body = `000201${fields.map(([tag, value]) => emvField(tag, value)).join("")}6304`;
  let crc = 0xffff; // CRC-16/CCITT-FALSE, whose higher bits do no harm
  for (const character of body) {
    crc ^= character.charCodeAt(0) << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0);
  }
  return body + (crc & 0xffff).toString(16).toUpperCase().padStart(4, "0");
}
