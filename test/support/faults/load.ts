import { randomUUID } from 'node:crypto';
import { type Ended, untilAnswered } from './patient-call';
import { chargeBody, idOf } from './merchant-words';
import type { Rig } from './rig';

export interface Load {
  /** Ids of the charges that were answered 201, so far. */
  readonly accepted: ReadonlySet<string>;
  /** Everything that was not an acceptance, so far; each such request was sent again with its key. */
  readonly refused: readonly { readonly ended: Ended; readonly atMs: number }[];
  /** When the charges were accepted, by performance.now(). */
  readonly acceptedAtMs: readonly number[];
  /** Lets every client finish its request, by as many tries as it takes. */
  finish(): Promise<void>;
}

const patienceMs = 60_000;

/** Clients that make charges one after the other, each request repeated until it is answered. */
export function startLoad({ merchant }: Rig, clients: number): Load {
  const accepted = new Set<string>();
  const refused: { ended: Ended; atMs: number }[] = [];
  const acceptedAtMs: number[] = [];
  let isFinishing = false;
  const client = async () => {
    while (!isFinishing) {
      const key = randomUUID();
      const answer = await untilAnswered(() => merchant.post('/v1/charges', chargeBody(), { key }), {
        timeoutMs: patienceMs,
        onRefused: (ended) => refused.push({ ended, atMs: performance.now() }),
      });
      if (answer.status !== 201)
        throw new Error(`a charge was answered ${String(answer.status)}: ${JSON.stringify(answer.body)}`);
      accepted.add(idOf(answer));
      acceptedAtMs.push(performance.now());
    }
  };
  const running = Promise.all(Array.from({ length: clients }, client));
  // Anyone who awaits finish() learns of a failure; until then it must not end the test run.
  running.catch(() => undefined);
  return {
    accepted,
    refused,
    acceptedAtMs,
    async finish() {
      isFinishing = true;
      await running;
    },
  };
}
