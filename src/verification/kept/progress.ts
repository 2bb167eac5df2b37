import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { AuditId } from '../../core/audit';
import type { Passes } from '../passes';
import type { Sweep } from '../stray-rows';
import type { Progress } from '../verification-progress';
import { balancesIn, keepBalances, keptBalances } from './balances';
import { derivedIn, count, hash, keepDerived, keepLedger, keptDerived, keptLedger, ledgerIn } from './chains';

/** Raised with every change of what a check keeps or proves: what an older program kept proves nothing to this one. */
const format = 5;

const strict = { additionalProperties: false };
const text = Type.String({ maxLength: 1_000 });
const auditId = Type.Unsafe<AuditId>(Type.String({ pattern: '^aud_[0-9a-z]{26}$' }));

const effectCount = Type.Union([
  Type.Object({ kind: Type.Literal('due') }, strict),
  Type.Object({ kind: Type.Literal('under_way'), through: count, after: auditId, found: count }, strict),
  Type.Object({ kind: Type.Literal('done') }, strict),
]);

const sweep = Type.Union([
  Type.Object({ table: Type.Integer({ minimum: 0, maximum: 100 }), after: text }, strict),
  Type.Object(
    { table: Type.Literal('metadata'), after: Type.Tuple([text, text, text, text, text, text]) },
    strict,
  ),
  Type.Object({ table: Type.Literal('none') }, strict),
]);

const keptProgress = Type.Object(
  {
    journal: Type.Object({ position: count, streams: count }, strict),
    answers: Type.Object({ position: count, count, keysFromMs: count }, strict),
    jobs: Type.Object({ position: count, count }, strict),
    seals: Type.Object({ sealCount: count, sealedThrough: count, hash }, strict),
    balances: keptBalances,
    ledger: keptLedger,
    derived: keptDerived,
    audit: Type.Object(
      {
        effectCount: count,
        count: effectCount,
        refusals: Type.Object({ sequence: count, hash }, strict),
      },
      strict,
    ),
    rows: Type.Record(text, Type.Object({ position: count, streams: count, sweep }, strict)),
  },
  strict,
);

const storedPasses = Type.Object(
  {
    format: Type.Literal(format),
    reached: Type.Intersect([Type.Record(text, count), Type.Object({ journal: count })]),
    recent: Type.Union([keptProgress, Type.Null()]),
    whole: Type.Union([Type.Object({ begunMs: count, progress: keptProgress }, strict), Type.Null()]),
  },
  strict,
);

/** The passes without `provenMs`, which the row has as a column. */
type Kept = Omit<Passes, 'provenMs'>;

export const textOf = ({ reached, recent, whole }: Kept): string =>
  JSON.stringify({
    format,
    reached,
    recent: recent === null ? null : keepProgress(recent),
    whole: whole === null ? null : { begunMs: whole.begunMs, progress: keepProgress(whole.progress) },
  } satisfies Static<typeof storedPasses>);

/** @returns what was kept, or in words why it cannot be used */
export function parseKept(
  kept: string,
): { readonly ok: true; readonly passes: Kept } | { readonly ok: false; readonly why: string } {
  const parsed = parsedJson(kept);
  if (!Value.Check(storedPasses, parsed)) {
    const first = Value.Errors(storedPasses, parsed).First();
    return { ok: false, why: first === undefined ? 'it cannot be read' : `${first.path} ${first.message}` };
  }
  const { reached, recent, whole } = parsed;
  return {
    ok: true,
    passes: {
      reached,
      recent: recent === null ? null : progressIn(recent),
      whole: whole === null ? null : { begunMs: whole.begunMs, progress: progressIn(whole.progress) },
    },
  };
}

const keepProgress = (progress: Progress): Static<typeof keptProgress> => ({
  ...progress,
  // A tuple that may be written to is all that a schema can say.
  rows: Object.fromEntries(
    Object.entries(progress.rows).map(([name, rows]) => [name, { ...rows, sweep: keepSweep(rows.sweep) }]),
  ),
  balances: keepBalances(progress.balances),
  ledger: keepLedger(progress.ledger),
  derived: keepDerived(progress.derived),
});

const keepSweep = (kept: Sweep): Static<typeof sweep> =>
  kept.table === 'metadata' ? { table: kept.table, after: [...kept.after] } : kept;

const progressIn = (kept: Static<typeof keptProgress>): Progress => ({
  ...kept,
  balances: balancesIn(kept.balances),
  ledger: ledgerIn(kept.ledger),
  derived: derivedIn(kept.derived),
});

function parsedJson(kept: string): unknown {
  try {
    return JSON.parse(kept);
  } catch {
    return undefined;
  }
}
