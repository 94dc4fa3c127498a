// Mints the payment id: a ULID, 48 bits of milliseconds and 80 random bits in Crockford's base32.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * @param {number} ms since 1970
 * @param {Uint8Array} randomness at least 16 bytes
 * @returns {string} 26 characters
 */
export function mintPaymentId(ms, randomness) {
  let id = "";
  for (let rest = Math.floor(ms), i = 0; i < 10; i++) {
    id = ALPHABET[rest % 32] + id;
    rest = Math.floor(rest / 32);
  }
  for (let i = 0; i < 16; i++) id += ALPHABET[randomness[i] % 32];
  return id;
}
