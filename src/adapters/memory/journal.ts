import { type Clock, type TenantId, assert } from '../../core/kernel';
import {
  type Append,
  type AppendOutcome,
  type AppendToken,
  type BalanceEffect,
  type EffectsOf,
  type Feed,
  type GuardedBalances,
  type IdempotentRequest,
  type Journal,
  type KnownAnswer,
  type NetEffect,
  type RecordedEvent,
  type StreamWrite,
  allows,
  createCommandQueue,
  effectsOfAppend,
  netEffects,
  requireWrites,
  shortfallOf,
} from '../../core/ports';

interface StoredAnswer {
  readonly requestHash: Buffer;
  readonly answer: { readonly status: number; readonly body: string };
}

export interface MemoryJournalOptions {
  readonly clock: Clock;
  /** @default 1 */
  readonly partition?: number;
  /** @default no event has effects */
  readonly effectsOf?: EffectsOf;
}

export interface MemoryJournal extends Journal, Feed, GuardedBalances {
  /** Derives every balance from the events again. @param effects what the events do */
  rebuildBalances(effects: EffectsOf): void;
}

/** The journal's contract without a database: one partition, kept for the life of the process. */
export function createMemoryJournal(options: MemoryJournalOptions): MemoryJournal {
  const { clock, partition = 1, effectsOf = () => [] } = options;
  const log: RecordedEvent[] = [];
  const streams = new Map<string, RecordedEvent[]>();
  const answers = new Map<string, StoredAnswer>();
  const balances = createBalances();
  const written = new WeakSet<AppendToken>();
  const subscribers = new Set<() => void>();

  function known(request: IdempotentRequest): KnownAnswer | null {
    const stored = answers.get(request.keyHash.toString('hex'));
    if (stored === undefined) return null;
    return stored.requestHash.equals(request.requestHash)
      ? { kind: 'replayed', answer: stored.answer }
      : { kind: 'key_reused' };
  }

  const versionOf = (stream: string): number => streams.get(stream)?.length ?? 0;

  /** Runs to its end without yielding, as one database transaction would. */
  function commit(append: Append): AppendOutcome {
    requireWrites(append);
    const effects = effectsOfAppend(append, effectsOf);
    const net = netEffects(effects);
    const replay = append.idempotency === undefined ? null : known(append.idempotency);
    if (replay !== null) return replay;
    if (append.after !== undefined && !written.has(append.after)) return { kind: 'conflict' };
    if (append.writes.some((write) => versionOf(write.stream) !== write.expectedVersion))
      return { kind: 'conflict' };
    const refused = balances.change(append.tenant, effects, net);
    if (refused !== null) return refused;
    const recordedAt = clock();
    for (const write of append.writes) record(append, write, recordedAt);
    if (append.idempotency) answers.set(append.idempotency.keyHash.toString('hex'), append.idempotency);
    if (append.token) written.add(append.token);
    for (const wake of subscribers) queueMicrotask(wake);
    const versions = append.writes.map(({ stream }) => versionOf(stream));
    return { kind: 'appended', versions, position: log.length, recordedAt };
  }

  function record({ tenant, metadata }: Append, write: StreamWrite, recordedAt: number): void {
    const stream = streams.get(write.stream) ?? [];
    streams.set(write.stream, stream);
    for (const event of write.events) {
      const recorded: RecordedEvent = {
        partition,
        position: log.length + 1,
        tenant,
        stream: write.stream,
        version: stream.length + 1,
        ...structuredClone(event),
        metadata,
        recordedAt,
      };
      log.push(recorded);
      stream.push(recorded);
    }
  }

  return {
    append: (append) => Promise.resolve().then(() => commit(append)),
    readStream: (tenant, stream) =>
      Promise.resolve((streams.get(stream) ?? []).filter((event) => event.tenant === tenant)),
    findAnswer: (request) => Promise.resolve(known(request)),
    // One process has no other to wait for.
    commands: createCommandQueue({ pause: () => Promise.resolve() }),
    read: (after, limit) => Promise.resolve(log.slice(after, after + limit)),
    head: () => Promise.resolve(log.length),
    subscribe(wake) {
      subscribers.add(wake);
      return () => subscribers.delete(wake);
    },
    readBalance: (tenant, balance) => Promise.resolve(balances.of(tenant).get(balance) ?? 0n),
    listBalances: (tenant, page) => Promise.resolve(balances.list(tenant, page)),
    rebuildBalances(effects) {
      balances.clear();
      for (const event of log) balances.add(event.tenant, effects(event));
    },
  };
}

const largestMinor = 2n ** 63n - 1n;

function createBalances() {
  const byTenant = new Map<TenantId, Map<string, bigint>>();
  const of = (tenant: TenantId): Map<string, bigint> => {
    const known = byTenant.get(tenant) ?? new Map<string, bigint>();
    byTenant.set(tenant, known);
    return known;
  };
  return {
    of,
    /** Changes every balance, or none. */
    change(
      tenant: TenantId,
      effects: readonly BalanceEffect[],
      net: readonly NetEffect[],
    ): Extract<AppendOutcome, { kind: 'insufficient' }> | null {
      const amounts = of(tenant);
      const amountOf = (balance: string) => amounts.get(balance) ?? 0n;
      const refusing = net.find((effect) => !allows(amountOf(effect.balance), effect));
      if (refusing !== undefined) {
        const { balance } = refusing;
        return { kind: 'insufficient', ...shortfallOf(effects, balance, amountOf(balance)) };
      }
      const after = net.map(({ balance, deltaMinor }) => [balance, amountOf(balance) + deltaMinor] as const);
      for (const [balance, amountMinor] of after)
        assert(
          -largestMinor <= amountMinor && amountMinor <= largestMinor,
          `${balance} has 64 bits at most, not ${String(amountMinor)}`,
        );
      for (const [balance, amountMinor] of after) amounts.set(balance, amountMinor);
      return null;
    },
    clear: () => byTenant.clear(),
    /** Adds the effects of an event without a look at the floors. */
    add(tenant: TenantId, effects: readonly BalanceEffect[]): void {
      const amounts = of(tenant);
      for (const { balance, deltaMinor } of effects)
        amounts.set(balance, (amounts.get(balance) ?? 0n) + deltaMinor);
    },
    list(tenant: TenantId, { after, limit }: { readonly after: string | null; readonly limit: number }) {
      const names = [...of(tenant).keys()].filter((name) => after === null || byteOrder(name, after) > 0);
      return names
        .sort(byteOrder)
        .slice(0, limit)
        .map((balance) => ({ balance, amountMinor: of(tenant).get(balance) ?? 0n }));
    },
  };
}

/** As the database orders names. */
const byteOrder = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));
