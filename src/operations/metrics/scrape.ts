import { Gauge, type Registry } from 'prom-client';

/** Shorter than the patience of a scraper, which is ten seconds where nobody set another. */
const defaultTimeoutMs = 2_000;

export interface ScrapeOptions {
  /** Metrics that need no query. */
  readonly process: Registry;
  /** What only a database can tell. */
  readonly database: Registry;
  /** Asks the database, and returns what sets the metrics of its registry. */
  readonly ask: () => Promise<() => void>;
  /** @default 2000 */
  readonly timeoutMs?: number;
}

/**
 * The text of a scrape. Where the database does not answer in time, what only it knows is absent and
 * `fincore_database_answers` is 0: a process that told nothing at all would look like one that has ended.
 */
export function createScrape({ process, database, ask, timeoutMs = defaultTimeoutMs }: ScrapeOptions) {
  const answers = new Gauge({
    name: 'fincore_database_answers',
    help: '1 when the database answered this scrape; 0 when it did not, and what only it knows is absent.',
    registers: [process],
  });
  return async (): Promise<string> => {
    const answer = await inTime(ask(), timeoutMs);
    answers.set(answer === null ? 0 : 1);
    if (answer === null) return process.metrics();
    answer();
    return `${await process.metrics()}${await database.metrics()}`;
  };
}

/** Null for what failed or came too late. */
async function inTime<Value>(asked: Promise<Value>, timeoutMs: number): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  try {
    return await Promise.race([asked, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
