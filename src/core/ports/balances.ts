import { type EncodedEvent, type TenantId, assert } from '../kernel';

/** What an event changes in a guarded balance, in the transaction that appends the event. */
export interface BalanceEffect {
  /** The balance's name within the tenant, for example `wallet:wal_…:available`. */
  readonly balance: string;
  readonly deltaMinor: bigint;
  /** A debit that would leave the balance below this is refused; null refuses none. A credit is never refused. */
  readonly floorMinor: bigint | null;
}

/** An event that is about to be appended, with the stream that it goes to. */
export interface EventInStream extends EncodedEvent {
  readonly tenant: TenantId;
  readonly stream: string;
}

/** Pure: the same event always has the same effects. */
export type EffectsOf = (event: EventInStream) => readonly BalanceEffect[];

/** A balance that at least one event has changed. */
export interface GuardedBalance {
  readonly balance: string;
  readonly amountMinor: bigint;
}

/** Balances that change in the transaction of the events that explain them, and never pass their floors. */
export interface GuardedBalances {
  /** 0 for a balance that no event has changed. */
  readBalance(tenant: TenantId, balance: string): Promise<bigint>;
  /** A tenant's balances in the order of their names, up to `limit` of them after the name `after`. */
  listBalances(
    tenant: TenantId,
    page: { readonly after: string | null; readonly limit: number },
  ): Promise<readonly GuardedBalance[]>;
}

/** Why an append is refused: the balance has less than a debit takes. Of several such, the one that its events name first. */
export interface Shortfall {
  readonly balance: string;
  /** What the debit could have taken: the balance just before it, less its floor. Below 0 when it was below its floor. */
  readonly availableMinor: bigint;
}

/** What is kept of amounts: 64 bits. */
const largestMinor = 2n ** 63n - 1n;

/** All effects of one append on one balance, in one step. */
export interface NetEffect {
  readonly balance: string;
  readonly deltaMinor: bigint;
  /** The least that the balance must have before the append, so that no debit ends below its floor; null for no bound. */
  readonly requiredMinor: bigint | null;
}

/** Joins the effects of one append, each balance once, in the order in which they are first named. */
export function netEffects(effects: readonly BalanceEffect[]): readonly NetEffect[] {
  const net = new Map<string, NetEffect>();
  for (const { balance, deltaMinor, floorMinor } of effects) {
    const before = net.get(balance);
    const sum = (before?.deltaMinor ?? 0n) + deltaMinor;
    const required = deltaMinor < 0n && floorMinor !== null ? floorMinor - sum : null;
    net.set(balance, {
      balance,
      deltaMinor: sum,
      requiredMinor: larger(before?.requiredMinor ?? null, required),
    });
  }
  for (const { balance, deltaMinor, requiredMinor } of net.values())
    for (const minor of [deltaMinor, requiredMinor ?? 0n])
      assert(
        -largestMinor <= minor && minor <= largestMinor,
        `an effect on ${balance} has 64 bits at most, not ${String(minor)}`,
      );
  return [...net.values()];
}

const larger = (one: bigint | null, other: bigint | null): bigint | null =>
  one === null || (other !== null && other > one) ? other : one;

/** Whether a balance allows the effect. */
export const allows = (amountMinor: bigint, { requiredMinor }: NetEffect): boolean =>
  requiredMinor === null || amountMinor >= requiredMinor;

/** Names the debit that a balance of `amountMinor` does not allow. */
export function shortfallOf(
  effects: readonly BalanceEffect[],
  balance: string,
  amountMinor: bigint,
): Shortfall {
  let amount = amountMinor;
  for (const effect of effects) {
    if (effect.balance !== balance) continue;
    const { deltaMinor, floorMinor } = effect;
    if (deltaMinor < 0n && floorMinor !== null && amount + deltaMinor < floorMinor)
      return { balance, availableMinor: amount - floorMinor };
    amount += deltaMinor;
  }
  throw new Error(`a balance of ${String(amountMinor)} allows every effect on ${balance}`);
}

/** The part of an append that its effects follow from. */
interface EventsToAppend {
  readonly tenant: TenantId;
  readonly writes: readonly { readonly stream: string; readonly events: readonly EncodedEvent[] }[];
}

/** All effects of an append, in the order of its events. */
export const effectsOfAppend = (
  { tenant, writes }: EventsToAppend,
  effectsOf: EffectsOf,
): readonly BalanceEffect[] =>
  writes.flatMap(({ stream, events }) => events.flatMap((event) => effectsOf({ tenant, stream, ...event })));
