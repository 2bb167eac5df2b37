/** Randomness and hashing for credentials. */
export interface KeyMaterial {
  /** Bytes from a cryptographically secure source. */
  randomBytes(count: number): Uint8Array;
  /** SHA-256 of the text in UTF-8, 64 lower-case hex digits. */
  sha256Hex(text: string): string;
  /** Whether two hashes are equal, in a time that does not depend on where they differ. */
  equalHashes(left: string, right: string): boolean;
}
