/**
 * PostgreSQL's binary form of one-dimensional arrays. `pg` sends a Buffer as it is, which saves escaping
 * every quote of every JSON text and parsing it again at the other end.
 *
 * @source PostgreSQL source, array_recv in src/backend/utils/adt/arrayfuncs.c
 */
const textOid = 25;
const int8Oid = 20;
const int4Oid = 23;
const byteaOid = 17;
const headerBytes = 20;

export function int4Array(values: readonly number[]): Buffer {
  const buffer = header(int4Oid, values.length, headerBytes + values.length * 8);
  let offset = headerBytes;
  for (const value of values) {
    offset = buffer.writeInt32BE(4, offset);
    offset = buffer.writeInt32BE(value, offset);
  }
  return buffer;
}

export function int8Array(values: readonly (bigint | null)[]): Buffer {
  const buffer = header(int8Oid, values.length, headerBytes + values.length * 12);
  let offset = headerBytes;
  for (const value of values) {
    offset = buffer.writeInt32BE(value === null ? -1 : 8, offset);
    if (value !== null) offset = buffer.writeBigInt64BE(value, offset);
  }
  return buffer.subarray(0, offset);
}

export function textArray(values: readonly (string | null)[]): Buffer {
  let size = headerBytes;
  for (const value of values) size += 4 + (value === null ? 0 : Buffer.byteLength(value));
  const buffer = header(textOid, values.length, size);
  let offset = headerBytes;
  for (const value of values) {
    if (value === null) {
      offset = buffer.writeInt32BE(-1, offset);
      continue;
    }
    const bytes = buffer.write(value, offset + 4);
    buffer.writeInt32BE(bytes, offset);
    offset += 4 + bytes;
  }
  return buffer;
}

export function byteaArray(values: readonly (Buffer | null)[]): Buffer {
  let size = headerBytes;
  for (const value of values) size += 4 + (value === null ? 0 : value.length);
  const buffer = header(byteaOid, values.length, size);
  let offset = headerBytes;
  for (const value of values) {
    offset = buffer.writeInt32BE(value === null ? -1 : value.length, offset);
    if (value !== null) offset += value.copy(buffer, offset);
  }
  return buffer;
}

/** One dimension, nulls allowed, lower bound 1. */
function header(elementOid: number, length: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(elementOid, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}
