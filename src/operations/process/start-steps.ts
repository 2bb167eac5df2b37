/** Thrown when a signal ends the start; everything that was open is closed by then. */
export class StartAbandoned extends Error {
  override readonly name = 'StartAbandoned';

  constructor() {
    super('told to stop before it was ready');
  }
}

/** Names what a start waits for from now on, as it ends the sentence "waiting for …". @throws StartAbandoned once abandoned */
export type BeginStep = (what: string) => void;

/** What a start is busy with, and whether it is still wanted. */
export interface StartSteps {
  readonly begin: BeginStep;
  /** What was begun last. */
  current(): string;
  /** Lets the start end at its next step, which closes what is open. */
  abandon(): void;
}

export function createStartSteps(): StartSteps {
  let current = 'its configuration';
  let isAbandoned = false;
  return {
    begin(what) {
      if (isAbandoned) throw new StartAbandoned();
      current = what;
    },
    current: () => current,
    abandon() {
      isAbandoned = true;
    },
  };
}
