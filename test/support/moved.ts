import type { BalanceEffect, EffectsOf, NewEvent } from '../../src/core/ports';

/** One effect as the tests write it: `-100` of `wallet`, down to `0`, or to no bound. */
export interface Move {
  readonly balance: string;
  readonly deltaMinor: number | bigint;
  /** @default 0 */
  readonly floorMinor?: number | bigint | null;
}

/** An event that says what it does to balances. */
export const moved = (...moves: readonly Move[]): NewEvent => ({
  type: 'Moved',
  schemaVersion: 1,
  data: {
    moves: moves.map(({ balance, deltaMinor, floorMinor = 0 }) => ({
      balance,
      delta: String(deltaMinor),
      floor: floorMinor === null ? null : String(floorMinor),
    })),
  },
});

interface StoredMove {
  readonly balance: string;
  readonly delta: string;
  readonly floor: string | null;
}

export const effectsOfMoved: EffectsOf = ({ type, data }) =>
  type === 'Moved'
    ? (data.moves as unknown as readonly StoredMove[]).map(({ balance, delta, floor }): BalanceEffect => ({
        balance,
        deltaMinor: BigInt(delta),
        floorMinor: floor === null ? null : BigInt(floor),
      }))
    : [];
