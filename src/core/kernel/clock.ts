/** Milliseconds since the Unix epoch, UTC. The core never reads a clock of its own. */
export type Clock = () => number;

/** RFC 3339 in UTC with milliseconds, as the API shows every time. */
export const toTimestamp = (epochMs: number): string => new Date(epochMs).toISOString();
