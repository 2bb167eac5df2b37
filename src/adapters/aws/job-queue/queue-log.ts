/** Where the queue tells what nobody awaits: failed calls, dead letters. A pino logger fits. */
export interface QueueLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export const silentLog: QueueLog = { warn: () => undefined, error: () => undefined };
