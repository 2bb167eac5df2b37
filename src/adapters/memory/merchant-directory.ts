import { type MerchantDirectory, merchantOfStream } from '../../core/accounts';
import { type MerchantId, pageOf, walkLimit } from '../../core/kernel';
import type { Feed } from '../../core/ports';

const batchLimit = 500;

/** The directory's contract over any feed, read from its beginning each time. */
export const createMemoryMerchantDirectory = (feed: Feed): MerchantDirectory => ({
  async list(page) {
    const { cursor } = page;
    const newestFirst = (await allMerchants(feed)).sort().reverse();
    const older = cursor?.kind !== 'ending_before';
    const inWalk = older ? newestFirst : newestFirst.toReversed();
    const beyond = inWalk.filter((id) => cursor === undefined || (older ? id < cursor.id : id > cursor.id));
    return pageOf(page, beyond.slice(0, walkLimit(page)));
  },
});

async function allMerchants(feed: Feed): Promise<MerchantId[]> {
  const ids: MerchantId[] = [];
  const head = await feed.head();
  for (let position = 0; position < head;) {
    const events = await feed.read(position, batchLimit);
    for (const { stream, version } of events) {
      const id = version === 1 ? merchantOfStream(stream) : null;
      if (id !== null) ids.push(id);
    }
    position = events.at(-1)?.position ?? head;
  }
  return ids;
}
