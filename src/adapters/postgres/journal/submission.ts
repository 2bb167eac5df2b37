import type { Append, BalanceEffect, NetEffect } from '../../../core/ports';

/** An append on its way to the database, with what its events do to guarded balances. */
export interface Submission {
  readonly append: Append;
  readonly effects: readonly BalanceEffect[];
  /** The same effects, one for each balance. */
  readonly net: readonly NetEffect[];
}

/** What the database made of a batch. */
export interface AppendResult {
  /** Indexes (from 0) of the appends that were written, in order. */
  readonly accepted: readonly number[];
  /** Appends that were left out for a balance, which had `amountMinor` in their turn. */
  readonly insufficient: readonly {
    readonly index: number;
    readonly balance: string;
    readonly amountMinor: bigint;
  }[];
  readonly positionBefore: number;
  readonly recordedAt: number;
}
