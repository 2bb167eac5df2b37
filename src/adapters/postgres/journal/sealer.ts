import type { ClientBase, Pool } from 'pg';
import { type SealTrail, seal, sealOrigin } from '../../../core/journal';
import type { Reader } from '../../../core/ports';
import { sha256 } from '../sha256';
import type { ReaderOptions } from '../transact';
import { insertSeal } from './queries/insert-seal';
import { readNewestSeal } from './queries/read-newest-seal';
import { readSeals } from './queries/read-seals';

/** The reader that seals what it reads. Its newest seal is its checkpoint, so one statement does both. */
export function createSealer(pool: Pool, options: ReaderOptions = {}): Reader {
  const { partition = 1, transact } = options;
  return {
    name: 'sealer',
    checkpoint: async () => (await readNewestSeal(pool, partition))?.lastPosition ?? 0,
    async apply(from, events) {
      const sealing = async (client: Pick<ClientBase, 'query'>) => {
        const newest = await readNewestSeal(client, partition);
        if ((newest?.lastPosition ?? 0) !== from) return 'moved';
        const isWritten = await insertSeal(client, seal(newest?.hash ?? sealOrigin, events, sha256));
        return isWritten ? 'applied' : 'moved';
      };
      return transact === undefined ? sealing(pool) : transact('sealer', sealing);
    },
  };
}

/** The seals as they are stored, for `verifySeals`. */
export const createSealTrail = (
  pool: Pool,
  options: { /** @default 1 */ readonly partition?: number } = {},
): SealTrail => ({
  seals: (after, limit) => readSeals(pool, options.partition ?? 1, after, limit),
});
