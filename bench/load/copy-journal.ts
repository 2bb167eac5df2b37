import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { RecordedEvent } from '../../src/core/ports';

const partition = 1;
const linesInChunk = 1_000;

/** Writes the first `count` events straight into an empty journal, as quickly as the server takes them. */
export async function copyJournal(
  owner: Client,
  journal: Iterable<RecordedEvent>,
  count: number,
): Promise<void> {
  const target = owner.query(copyFrom('COPY journal.events FROM STDIN'));
  await pipeline(Readable.from(lines(journal, count)), target);
  await owner.query('UPDATE journal.heads SET position = $1 WHERE partition = $2', [count, partition]);
}

/** Lines of COPY's text format, many in one chunk: a chunk for each event would be slow. */
function* lines(journal: Iterable<RecordedEvent>, count: number): Generator<string, void, undefined> {
  let chunk: string[] = [];
  for (const event of journal) {
    if (event.position > count) break;
    chunk.push(lineOf(event));
    if (chunk.length < linesInChunk) continue;
    yield chunk.join('');
    chunk = [];
  }
  yield chunk.join('');
}

const lineOf = (event: RecordedEvent): string =>
  `${[
    event.partition,
    event.position,
    event.tenant,
    event.stream,
    event.version,
    event.type,
    event.schemaVersion,
    JSON.stringify(event.data),
    JSON.stringify(event.metadata),
    new Date(event.recordedAt).toISOString(),
  ].join('\t')}\n`;
