import type { Seal } from '../../../../core/journal';

/** The columns of a seal, in the order in which `insertSeal` writes them. */
export const sealColumns = 'partition, first_position, last_position, digests, previous_hash, hash';

export interface SealRow {
  readonly partition: number;
  readonly first_position: string;
  readonly last_position: string;
  readonly digests: Buffer;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
}

export const toSeal = (row: SealRow): Seal => ({
  partition: row.partition,
  firstPosition: Number(row.first_position),
  lastPosition: Number(row.last_position),
  digests: row.digests.toString('hex'),
  previousHash: row.previous_hash.toString('hex'),
  hash: row.hash.toString('hex'),
});
