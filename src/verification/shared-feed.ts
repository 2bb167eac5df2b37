import type { Feed, RecordedEvent } from '../core/ports';

/** Events of a page; a check that asks for fewer gets its part of it. */
const pageSize = 1_000;
/** Pages that the fastest check may be ahead of the slowest, and so the most that are in memory. */
const windowPages = 4;

type Pages = Pick<Feed, 'read'>;

/** The journal as one of several checks reads it. It must leave, or the others wait for it. */
export interface JoinedFeed extends Pages {
  leave(): void;
}

/**
 * One reading of the journal for checks that go through it side by side: a page is fetched once, ahead of the first
 * that needs it, and dropped when all have passed it. Anyone who is far ahead waits for the others; anyone who goes back
 * reads for itself.
 */
export function createSharedFeed(feed: Pages): { join(after: number): JoinedFeed } {
  const pages = new Map<number, Promise<readonly RecordedEvent[]>>();
  const places = new Set<{ position: number }>();
  let waiting: (() => void)[] = [];

  const slowest = () => Math.min(...[...places].map(({ position }) => position));

  function page(index: number): Promise<readonly RecordedEvent[]> {
    const known = pages.get(index);
    if (known !== undefined) return known;
    const last = (index + 1) * pageSize;
    const fetched = feed
      .read(index * pageSize, pageSize)
      // Where positions are missing, the database goes on beyond the page.
      .then((events) => events.filter(({ position }) => position <= last));
    // Anyone who needs the page learns of the failure; a page that was read ahead may be needed by nobody.
    fetched.catch(() => undefined);
    pages.set(index, fetched);
    return fetched;
  }

  /** Drops what all have passed, and lets those go on who waited for it. */
  function advance(): void {
    const done = Math.floor(slowest() / pageSize);
    for (const index of pages.keys()) if (index < done) pages.delete(index);
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  return {
    join(start) {
      const place = { position: start };
      places.add(place);
      return {
        async read(after, limit) {
          if (after < place.position) return feed.read(after, limit);
          place.position = after;
          advance();
          const index = Math.floor(after / pageSize);
          while (index - Math.floor(slowest() / pageSize) >= windowPages)
            await new Promise<void>((resolve) => waiting.push(resolve));
          const current = page(index);
          void page(index + 1);
          const events = (await current).filter(({ position }) => position > after).slice(0, limit);
          // The page may have been read before the journal reached its end.
          return events.length > 0 ? events : feed.read(after, limit);
        },
        leave() {
          places.delete(place);
          advance();
        },
      };
    },
  };
}
