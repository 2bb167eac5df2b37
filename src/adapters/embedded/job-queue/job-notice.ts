/** Says that a queue has work in a lane, now or after the delay; `jobs.enqueue` notifies it. */
export interface JobNotice {
  readonly queue: string;
  readonly lane: string;
  readonly delayMs: number;
}

/** Null for any other text: every login of the database may notify the channel. */
export function parseJobNotice(payload: string): JobNotice | null {
  const parts = parsed(payload);
  if (!Array.isArray(parts)) return null;
  const [queue, lane, delayMs] = parts as readonly unknown[];
  return typeof queue === 'string' && typeof lane === 'string' && typeof delayMs === 'number'
    ? { queue, lane, delayMs }
    : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
