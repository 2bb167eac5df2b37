import { eventCodec } from '../../../src/core/kernel';
import type { EffectsOf, Feed, GuardedBalances, Journal } from '../../../src/core/ports';

/** Money that goes from one balance to another; a deposit comes from nowhere. */
export interface Transferred {
  readonly type: 'Transferred';
  readonly from: string | null;
  readonly to: string;
  readonly minor: number;
}
export const codec = eventCodec<Transferred>({ Transferred: [] });
export const effectsOfTransfers: EffectsOf = (recorded) => {
  const event = codec.decode(recorded);
  if (event === null) return [];
  const { from, to, minor } = event;
  const taken = from === null ? [] : [{ balance: from, deltaMinor: -BigInt(minor), floorMinor: 0n }];
  return [...taken, { balance: to, deltaMinor: BigInt(minor), floorMinor: null }];
};

export type TransferJournal = Journal & Feed & GuardedBalances;
