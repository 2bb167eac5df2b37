/** Where a program tells what nobody awaits: facts to search by, and what happened in words. A pino logger fits. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** For programs that nobody watches. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
