import type { Pool } from 'pg';
import { createReadModelReader } from '../adapters/postgres/read-model/read-model-reader';
import { type ReadModel, type Reader, type RowFault, rowBegunBy } from '../core/ports';
import { type Finding, type Verification, counted, faultAt, sound, unfinished } from './check';
import { noNewestRow, reachOf } from './reach';
import { createRowComparison } from './row-comparison';
import type { JoinedFeed } from './shared-feed';
import { sweepPage } from './stray-rows';
import { type Progress, type RowProgress, noRows } from './verification-progress';

/** Every stream of the journal has its rows, as its events say; and no row is without a stream. */
export async function checkReadModel<Row, Part>(
  verification: Verification,
  model: ReadModel<Row, Part>,
  pool: Pool,
): Promise<Finding> {
  const { stores, feed, progress } = verification;
  const joined = feed.join(rowsOf(progress, model.name).position);
  try {
    const reader = createReadModelReader(pool, model);
    const checkpoint = () => reader.checkpoint();
    const reach = await reachOf(reader, stores.records, noNewestRow);
    if (reach.kind === 'beyond') return reach.finding;
    const fault = await compareAll(verification, model, pool, {
      feed: joined,
      through: reach.checkpoint,
      checkpoint,
    });
    if (fault !== null) return faultOf(fault);
    if (rowsOf(progress, model.name).position < reach.checkpoint) return unfinished;
    const stray = await findStray(verification, model, pool, checkpoint);
    if (stray !== null) return faultOf(stray);
    const { streams, sweep } = rowsOf(progress, model.name);
    if (sweep.table !== 'none') return unfinished;
    const { object } = model.table;
    return sound(`${counted(streams, object.replaceAll('_', ' '))} folded again, ${reach.note}`);
  } finally {
    joined.leave();
  }
}

const rowsOf = ({ rows }: Progress, name: string): RowProgress => rows[name] ?? noRows;

function keep(progress: Progress, name: string, rows: RowProgress): void {
  progress.rows = { ...progress.rows, [name]: rows };
}

const faultOf = (fault: RowFault): Finding => faultAt(`${fault.place.object} ${fault.place.id}`, fault);

async function compareAll<Row, Part>(
  { stores, progress, mayGoOn, pageLimit }: Verification,
  model: ReadModel<Row, Part>,
  pool: Pool,
  {
    feed,
    through,
    checkpoint,
  }: { readonly feed: JoinedFeed; readonly through: number } & Pick<Reader, 'checkpoint'>,
): Promise<RowFault | null> {
  const pools = { journal: stores.pools.journal, rows: pool };
  const comparison = createRowComparison(model, pools, { through, checkpoint });
  let compared = rowsOf(progress, model.name);
  while (compared.position < through) {
    const { position, streams } = compared;
    const events = await feed.read(position, Math.min(pageLimit, through - position));
    const fault = await comparison.take(events);
    if (fault !== null) return fault;
    const begun = events.filter((event) => rowBegunBy(model, event) !== null).length;
    compared = {
      ...compared,
      position: events.at(-1)?.position ?? through,
      streams: streams + begun,
    };
    if (!mayGoOn()) break;
  }
  const fault = await comparison.end();
  // Only now: until the end some streams wait for events that their rows tell of.
  if (fault === null) keep(progress, model.name, compared);
  return fault;
}

async function findStray<Row, Part>(
  { stores, progress, mayGoOn, pageLimit }: Verification,
  model: ReadModel<Row, Part>,
  pool: Pool,
  checkpoint: Reader['checkpoint'],
): Promise<RowFault | null> {
  const pools = { journal: stores.pools.journal, rows: pool };
  for (;;) {
    const rows = rowsOf(progress, model.name);
    if (rows.sweep.table === 'none') break;
    const step = await sweepPage(model, { ...pools, checkpoint }, rows.sweep, pageLimit);
    if (step.kind === 'stray') return step.fault;
    keep(progress, model.name, { ...rows, sweep: step.next });
    if (!mayGoOn()) break;
  }
  return null;
}
