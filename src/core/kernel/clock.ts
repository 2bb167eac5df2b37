/** Milliseconds since the Unix epoch, UTC. The core never reads a clock of its own. */
export type Clock = () => number;

/** RFC 3339 in UTC with milliseconds, as the API shows every time. */
export function toTimestamp(epochMs: number): string {
  if (epochMs !== latestMs) {
    latestText = new Date(epochMs).toISOString();
    latestMs = epochMs;
  }
  return latestText;
}

/** Under load several answers show the same millisecond; formatting a date is among the dearest parts of each. */
let latestMs = 0;
let latestText = '1970-01-01T00:00:00.000Z';
