import type { ClientBase } from 'pg';
import type { AppendToken } from '../../../../core/ports';
import { int4Array, int8Array, textArray } from '../binary-array';
import type { AppendResult, Submission } from '../submission';
import { type AppendRow, acceptedOf, answerParameters, eventParameters } from './append';

const text = `SELECT accepted, position_before, recorded_at_ms, r_append, r_effect, r_amount
  FROM journal.append_in_turn(${Array.from({ length: 25 }, (_, index) => `$${String(index + 1)}`).join(', ')})`;

interface Row extends AppendRow {
  readonly r_append: number[];
  readonly r_effect: number[];
  readonly r_amount: string[];
}

/**
 * Writes a batch in one round trip, each append on the streams and balances as those before it in the batch leave them.
 * Keys are distinct within the batch. An append that names another one of the batch as the one it follows falls with it.
 */
export async function appendInTurn(
  client: ClientBase,
  partition: number,
  batch: readonly Submission[],
): Promise<AppendResult> {
  const writes = writeParameters(batch);
  const effects = effectParameters(batch);
  const result = await client.query<Row>({
    name: 'journal-append-in-turn',
    text,
    values: [
      partition,
      writes.streams,
      ...effects.balances,
      ...answerParameters(batch),
      int4Array(followed(batch)),
      writes.ends,
      effects.ends,
      ...writes.writes,
      ...effects.effects,
      ...eventParameters(batch),
    ],
  });
  const [row] = result.rows;
  if (row === undefined) throw new Error('journal.append_in_turn returned no row');
  return {
    ...acceptedOf(row),
    insufficient: row.r_append.map((append, index) => ({
      index: append - 1,
      balance: effects.balanceOf(row.r_effect[index] ?? 0),
      amountMinor: BigInt(row.r_amount[index] ?? 0),
    })),
  };
}

/** For each append, which one of the batch it follows, from 1; 0 for those that follow none of the batch. */
function followed(batch: readonly Submission[]): readonly number[] {
  const places = new Map<AppendToken, number>();
  return batch.map(({ append: { token, after } }, index) => {
    if (token !== undefined) places.set(token, index + 1);
    return after === undefined ? 0 : (places.get(after) ?? 0);
  });
}

/** Numbers what comes, from 1 and each once. */
function numbering() {
  const numbers = new Map<string, number>();
  return {
    of(name: string): number {
      const number = numbers.get(name) ?? numbers.size + 1;
      numbers.set(name, number);
      return number;
    },
    count: () => numbers.size,
    names: () => [...numbers.keys()],
  };
}

function writeParameters(batch: readonly Submission[]) {
  const streams = numbering();
  const ends: number[] = [];
  const numbers: number[] = [];
  const expected: number[] = [];
  const counts: number[] = [];
  for (const { append } of batch) {
    for (const { stream, expectedVersion, events } of append.writes) {
      numbers.push(streams.of(stream));
      expected.push(expectedVersion);
      counts.push(events.length);
    }
    ends.push(numbers.length);
  }
  return {
    streams: textArray(streams.names()),
    ends: int4Array(ends),
    writes: [int4Array(numbers), int4Array(expected), int4Array(counts)],
  };
}

function effectParameters(batch: readonly Submission[]) {
  const balances = numbering();
  const tenants: string[] = [];
  const names: string[] = [];
  const ends: number[] = [];
  const numbers: number[] = [];
  const deltas: bigint[] = [];
  const required: (bigint | null)[] = [];
  for (const { append, net } of batch) {
    for (const { balance, deltaMinor, requiredMinor } of net) {
      // A tenant holds no space.
      const number = balances.of(`${append.tenant} ${balance}`);
      if (number > names.length) {
        tenants.push(append.tenant);
        names.push(balance);
      }
      numbers.push(number);
      deltas.push(deltaMinor);
      required.push(requiredMinor);
    }
    ends.push(numbers.length);
  }
  return {
    balances: [textArray(tenants), textArray(names)],
    ends: int4Array(ends),
    effects: [int4Array(numbers), int8Array(deltas), int8Array(required)],
    /** @param effect the number of an effect of the batch, from 1 */
    balanceOf: (effect: number): string => names[(numbers[effect - 1] ?? 0) - 1] ?? '',
  };
}
