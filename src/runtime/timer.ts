/** Starts a timer. @returns stops it. */
export type StartTimer = (delayMs: number, fire: () => void) => () => void;
