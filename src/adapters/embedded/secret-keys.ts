import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyMaterial } from '../../core/accounts';

/** Key material from Node's own cryptography. */
export const nodeKeyMaterial: KeyMaterial = {
  randomBytes: (count) => randomBytes(count),
  sha256Hex: (text) => hash('sha256', text, 'hex'),
  equalHashes: (left, right) =>
    left.length === right.length &&
    timingSafeEqual(Buffer.from(left, 'latin1'), Buffer.from(right, 'latin1')),
};
