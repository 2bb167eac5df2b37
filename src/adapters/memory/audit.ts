import { hash } from 'node:crypto';
import {
  type AuditEntry,
  type AuditFilter,
  type AuditQueries,
  type AuditScope,
  type AuditTrail,
  type ChainHead,
  type DoneEntry,
  type RefusedEntry,
  chained,
  emptyChain,
  entryFor,
  factsOf,
} from '../../core/audit';
import { contexts } from '../../core/contexts';
import { type Ids, pageOf, walkLimit } from '../../core/kernel';
import { type AuditLog, type RebuildableReader, type Registry, assertContinues } from '../../core/ports';

export interface MemoryAudit {
  readonly reader: RebuildableReader;
  readonly log: AuditLog;
  readonly queries: AuditQueries;
  readonly trail: AuditTrail;
  /** What the reader has written, in its order, for simulations that look at it. */
  effects(): readonly DoneEntry[];
}

/** The audit's contract without a database: one partition, kept for the life of the process. */
export function createMemoryAudit(options: {
  readonly ids: Ids;
  readonly partition?: number;
  /** @default every context of FinCore */
  readonly contexts?: Registry;
}): MemoryAudit {
  const { partition = 1, contexts: known = contexts } = options;
  let effects: DoneEntry[] = [];
  const refusals: RefusedEntry[] = [];
  return {
    reader: {
      name: 'audit',
      checkpoint: () => Promise.resolve(effects.length),
      // Every event makes one entry, so their number is the checkpoint.
      apply: (from, events) =>
        Promise.resolve().then(() => {
          assertContinues({ partition, from, events });
          if (from !== effects.length) return 'moved';
          effects.push(...events.map((event) => entryFor(event, known)));
          return 'applied';
        }),
      reset: () => {
        effects = [];
        return Promise.resolve();
      },
    },
    effects: () => effects,
    log: {
      record(refusal) {
        refusals.push(chained(factsOf(refusal, options.ids()), headOf(refusals), sha256));
      },
      close: () => Promise.resolve(),
    },
    queries: {
      list(scope, filter, page) {
        const newer = page.cursor?.kind === 'ending_before';
        const walked = [...effects, ...refusals]
          .filter((entry) => passes(entry, scope, filter))
          .filter(({ auditId }) => page.cursor === undefined || isBeyond(auditId, page.cursor.id, newer))
          .sort((left, right) => (left.auditId < right.auditId === newer ? -1 : 1));
        return Promise.resolve(pageOf(page, walked.slice(0, walkLimit(page))));
      },
      has: (scope, id) =>
        Promise.resolve(
          [...effects, ...refusals].some((entry) => entry.auditId === id && passes(entry, scope, {})),
        ),
    },
    trail: {
      checkpoint: () => Promise.resolve(effects.length),
      effectPage: ({ after, limit, through }) => {
        const page = effects
          .toSorted((left, right) => (left.auditId < right.auditId ? -1 : 1))
          .filter(({ auditId }) => auditId > (after ?? ''))
          .slice(0, limit);
        return Promise.resolve({
          last: page.at(-1)?.auditId ?? null,
          count: page.filter(({ position }) => position <= through).length,
          highestPosition: Math.max(0, ...page.map(({ position }) => position)),
        });
      },
      doneEntries: (ids) => {
        const wanted = new Set(ids);
        return Promise.resolve(effects.filter(({ auditId }) => wanted.has(auditId)));
      },
      chainHead: () => Promise.resolve(headOf(refusals)),
      chainFloor: () => Promise.resolve(emptyChain),
      refusals: (after, limit) => Promise.resolve(refusals.slice(after, after + limit)),
    },
  };
}

const sha256 = (text: string): string => hash('sha256', text, 'hex');

const headOf = (refusals: readonly RefusedEntry[]): ChainHead => refusals.at(-1) ?? emptyChain;

const isBeyond = (id: string, cursor: string, newer: boolean): boolean => (newer ? id > cursor : id < cursor);

const passes = (entry: AuditEntry, scope: AuditScope, filter: AuditFilter): boolean =>
  (scope.kind === 'everything' || entry.tenant === scope.tenant) &&
  (filter.from === undefined || entry.occurredAt >= filter.from) &&
  (filter.to === undefined || entry.occurredAt <= filter.to) &&
  isAny(filter.actor, entry.actor) &&
  isAny(filter.action, entry.action) &&
  isAny(filter.outcome, entry.outcome) &&
  isAny(filter.correlationId, entry.correlationId) &&
  isAny(filter.subject, entry.subject, 'part' in entry ? entry.part : null);

const isAny = (wanted: string | undefined, ...found: readonly (string | null)[]): boolean =>
  wanted === undefined || found.includes(wanted);
