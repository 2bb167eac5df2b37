/** SHA-256 of a text's UTF-8 bytes, lower-case hex. The core has no cryptography of its own. */
export type Sha256 = (text: string) => string;

/** What the first link of a chain names as the hash before it: nothing hashes to it. */
export const chainOrigin = '0'.repeat(64);
