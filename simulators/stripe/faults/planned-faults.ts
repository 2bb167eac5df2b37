import type { Alteration } from './alteration';

/** What is to go wrong with one request. */
export interface PlannedFaults {
  readonly latencyMs: number;
  /** Answers 500 although the effect took place. */
  readonly failsAfter: boolean;
  /** @throws what the client meets instead of the call being carried out. */
  readonly interruptBefore: () => void;
  /** @throws what the client meets after the call was carried out. */
  readonly interruptAfter: () => void;
  /** The fields that the answer shows otherwise than the objects have them. */
  readonly alterations: readonly Alteration[];
}

export const noFaults: PlannedFaults = {
  latencyMs: 0,
  failsAfter: false,
  interruptBefore: () => undefined,
  interruptAfter: () => undefined,
  alterations: [],
};

/** No answer: the connection is held for a while and then cut, or reset at once. */
export class Silence extends Error {
  constructor(
    readonly end: 'hold' | 'reset',
    readonly holdMs: number,
  ) {
    super(`The connection stays silent for ${holdMs} ms.`);
  }
}
