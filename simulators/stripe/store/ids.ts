import { randomFillSync } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const pool = Buffer.allocUnsafe(8_192);
let next = pool.length;

/** Random letters and digits, drawn from a pool because one system call per id would show in the profile. */
export function randomText(length: number): string {
  if (next + length > pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  let text = '';
  for (const end = next + length; next < end; next += 1)
    text += alphabet[(pool[next] ?? 0) % alphabet.length] ?? '';
  return text;
}

/** An id in Stripe's form, such as `pi_3f…`. */
export const newId = (prefix: string): string => `${prefix}_${randomText(24)}`;
