import type { TenantId } from '../kernel';
import type { EffectsOf, RecordedEvent } from '../ports';

export interface BalancePlace {
  readonly tenant: TenantId;
  readonly balance: string;
}

/** A balance's name with its tenant's, in one text. */
export type BalanceKey = string;

/** A tenant's name holds no space. */
export const balanceKey = ({ tenant, balance }: BalancePlace): BalanceKey => `${tenant} ${balance}`;

export function placeOf(key: BalanceKey): BalancePlace {
  const space = key.indexOf(' ');
  return { tenant: key.slice(0, space) as TenantId, balance: key.slice(space + 1) };
}

/** Balances as they follow from the events up to a position. */
export interface DerivedBalances {
  readonly position: number;
  readonly amounts: ReadonlyMap<BalanceKey, bigint>;
  /** Balances that events changed, and that were not compared with what is stored since. */
  readonly due: ReadonlySet<BalanceKey>;
}

export const noBalances: DerivedBalances = { position: 0, amounts: new Map(), due: new Set() };

/** How far the stored balances are verified. */
export interface VerifiedBalances extends DerivedBalances {
  /** Up to where the stored balances were searched for some that no event explains; null when all were. */
  readonly sweptTo: BalancePlace | 'beginning' | null;
}

export const noVerifiedBalances: VerifiedBalances = { ...noBalances, sweptTo: 'beginning' };

/** An event whose debit left a balance below its floor: it should have been refused. */
export interface BrokenFloor {
  readonly position: number;
  readonly key: BalanceKey;
  readonly amountMinor: bigint;
  readonly floorMinor: bigint;
}

/** Goes on deriving balances from further events, in their order. Memory grows with the balances, not with the events. */
export function createBalanceFold(since: DerivedBalances, effectsOf: EffectsOf) {
  const amounts = new Map(since.amounts);
  const due = new Set(since.due);
  let { position } = since;
  return {
    position: () => position,
    amountOf: (key: BalanceKey): bigint | null => amounts.get(key) ?? null,
    amounts: (): ReadonlyMap<BalanceKey, bigint> => amounts,
    due: (): ReadonlySet<BalanceKey> => due,
    compared: (key: BalanceKey) => due.delete(key),
    derived: (): DerivedBalances => ({ position, amounts, due }),
    /** @returns the first floor that was not held */
    add(events: readonly RecordedEvent[]): BrokenFloor | null {
      for (const event of events) {
        for (const { balance, deltaMinor, floorMinor } of effectsOf(event)) {
          const key = balanceKey({ tenant: event.tenant, balance });
          const amountMinor = (amounts.get(key) ?? 0n) + deltaMinor;
          if (deltaMinor < 0n && floorMinor !== null && amountMinor < floorMinor)
            return { position: event.position, key, amountMinor, floorMinor };
          amounts.set(key, amountMinor);
          due.add(key);
        }
        position = event.position;
      }
      return null;
    },
  };
}

export type BalanceFold = ReturnType<typeof createBalanceFold>;
