import { createHash } from 'node:crypto';
import type { Job } from '../../../core/ports';

/**
 * The row's primary key, derived from what makes a job the same job, so that the database ignores a key it
 * knows. Shaped as a UUID of version 8 (RFC 9562: own layout): the first 122 bits of SHA-256.
 */
export function jobId({ queue, name, key }: Pick<Job, 'queue' | 'name' | 'key'>): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([queue, name, key]))
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
