import { createAuditReader } from '../adapters/postgres/audit/audit-reader';
import { rebuildableAudit } from '../adapters/postgres/audit/audit-rebuild';
import { createLedgerReader } from '../adapters/postgres/ledger/ledger-reader';
import { rebuildableLedger } from '../adapters/postgres/ledger/ledger-rebuild';
import { createReadModelReader } from '../adapters/postgres/read-model/read-model-reader';
import { rebuildBalances } from '../adapters/postgres/journal/rebuild-balances';
import { contexts } from '../core/contexts';
import type { RebuildableReader } from '../core/ports';
import type { Stores } from '../compose/stores';
import type { CliOutput } from './cli-output';

/** What can be emptied and derived again: the data of a reader, by its name, and the guarded balances. */
export const rebuildable: readonly string[] = [
  ...contexts.readModels.map(({ name }) => name),
  'ledger',
  'audit',
  'balances',
];

const batchLimit = 500;
/** Events between two lines of progress. */
const progressEvery = 50_000;

/** Empties what one reader derived and derives it again, up to the journal's head. A running server may go on. */
export async function rebuild(stores: Stores, output: CliOutput, name: string): Promise<void> {
  if (name === 'balances') return rebuildGuarded(stores, output);
  const reader = readerOf(stores, name);
  const target = await stores.records.head();
  await reader.reset();
  let position = 0;
  while (position < target) {
    const events = await stores.records.read(position, batchLimit);
    const last = events.at(-1);
    if (last === undefined) break;
    // A running server follows the same checkpoint; anyone who comes second takes up where the other is.
    const next =
      (await reader.apply(position, events)) === 'applied' ? last.position : await reader.checkpoint();
    if (Math.floor(next / progressEvery) > Math.floor(position / progressEvery))
      output.tell(`${name}: ${String(next)} of ${String(target)} events`);
    position = next;
  }
  output.present({
    json: { rebuilt: name, events: target },
    lines: [`rebuilt ${name} from ${String(target)} events`],
  });
}

/** Guarded balances have no reader: appends change them, and wait for the end of the rebuild. */
async function rebuildGuarded(stores: Stores, output: CliOutput): Promise<void> {
  const { balances, events } = await rebuildBalances({
    feed: stores.records,
    effectsOf: contexts.effectsOf,
    ownerConnectionString: stores.ownerUrls.journal,
    onProgress(position) {
      if (position % progressEvery === 0) output.tell(`balances: ${String(position)} events`);
    },
  });
  output.present({
    json: { rebuilt: 'balances', events, balances },
    lines: [`rebuilt ${String(balances)} balances from ${String(events)} events`],
  });
}

function readerOf(stores: Stores, name: string): RebuildableReader {
  const model = contexts.readModels.find((each) => each.name === name);
  if (model !== undefined) return createReadModelReader(stores.poolOf(model), model);
  return name === 'ledger'
    ? rebuildableLedger({
        reader: createLedgerReader(stores.pools.ledger),
        ownerConnectionString: stores.ownerUrls.ledger,
      })
    : rebuildableAudit({
        reader: createAuditReader(stores.pools.audit),
        ownerConnectionString: stores.ownerUrls.audit,
      });
}
