import { type MerchantId, tenantOf } from '../../../src/core/kernel';
import {
  type ChargeEvent,
  type ChargeRow,
  type RefundRow,
  changedRefunds,
  chargeCodec,
  chargeStream,
  chargesTable,
  paymentsReadModel,
  projectCharge,
  refundsTable,
} from '../../../src/core/payments';
import { type ReadTable, type RecordedEvent, type StoredRow, compareRows } from '../../../src/core/ports';
import {
  authorized,
  captured,
  chargeId,
  created,
  eur,
  refundId,
  refundRequested,
  refundSucceeded,
} from '../../support/charges';

const tenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);
const story: readonly ChargeEvent[] = [
  created(),
  authorized(),
  captured(),
  refundRequested(300),
  refundSucceeded(300),
];
/** At positions 10, 20, 30 …: other streams lie between. */
const events: readonly RecordedEvent[] = story.map((event, index) => ({
  partition: 1,
  position: (index + 1) * 10,
  tenant,
  stream: chargeStream(chargeId),
  version: index + 1,
  ...chargeCodec.encode(event),
  metadata: { actor: 'test', correlationId: 'c' },
  recordedAt: index,
}));

interface Stored {
  readonly row: ChargeRow;
  readonly refunds: readonly RefundRow[];
}

/** What the read model holds when it has read so many of the events. */
function storedAt(version: number): Stored {
  const row = events.slice(0, version).reduce<ChargeRow | null>(projectCharge, null);
  if (row === null) throw new Error('a charge has at least one event');
  return { row, refunds: changedRefunds(null, row) };
}

const withColumns = <Row>(
  table: ReadTable<Row>,
  row: Row,
  change: Readonly<Record<string, string>> = {},
): StoredRow<Row> => ({
  row,
  columns: {
    [table.key]: table.idOf(row),
    tenant: table.tenantOf(row),
    created_at: String(table.createdAtOf(row)),
    metadata: JSON.stringify(table.metadataOf(row)),
    ...Object.fromEntries(
      Object.entries(table.columns).map(([name, column]) => [name, column.valueOf(row)?.toString() ?? null]),
    ),
    ...change,
  },
});

/** @param reached the reader's checkpoint after the row was read */
const compare = (
  stored: Stored | null,
  through: number,
  change: Readonly<Record<string, string>> = {},
  reached = 50,
) =>
  compareRows(
    paymentsReadModel,
    {
      id: chargeId,
      stored: stored && {
        main: withColumns(chargesTable, stored.row, change),
        parts: [stored.refunds.map((row) => withColumns(refundsTable, row))],
      },
      events,
    },
    { through, reached },
  );

test('a row that shows what had to take effect, or more, is sound', () => {
  for (const [version, through] of [
    [5, 50],
    [4, 49],
    [5, 49],
    [1, 10],
    [3, 0],
  ] as const)
    expect(compare(storedAt(version), through)).toBeNull();
  expect(compare(null, 9)).toBeNull();
});

test('a row that shows an event beyond the place of its reader tells that the place was set back', () => {
  expect(compare(storedAt(3), 10, {}, 30)).toBeNull();
  expect(compare(storedAt(3), 10, {}, 29)).toEqual({
    place: { object: 'checkpoint of', id: 'payments' },
    field: 'position',
    stored: '29',
    expected: '30, whose rows are there, or more',
  });
});

test.each([
  [4, 50, '5'],
  [1, 20, '2 or later'],
])('a row of version %i is behind a reader at position %i', (version, through, expected) => {
  expect(compare(storedAt(version), through)).toEqual({
    place: { object: 'charge', id: chargeId },
    field: 'version',
    stored: String(version),
    expected,
  });
});

test('a row that is missing is owed from the position of its first event on', () => {
  expect(compare(null, 10)).toMatchObject({ field: 'row', stored: 'missing' });
});

test('a row that shows more than the journal has is a fault', () => {
  const { row, refunds } = storedAt(5);
  expect(compare({ row: { ...row, version: 6 }, refunds }, 50)).toMatchObject({
    field: 'version',
    stored: '6',
  });
});

test('a refund that is missing, altered or too many is a fault of that refund', () => {
  const { row, refunds } = storedAt(5);
  const [refund] = refunds;
  if (refund === undefined) throw new Error('the charge has a refund');
  const altered = { ...refund, refund: { ...refund.refund, amount: eur(301) } };
  const extra = { ...refund, sequence: 2, refund: { ...refund.refund, refundId: refundId(2) } };
  const faultOf = (found: readonly RefundRow[]) => compare({ row, refunds: found }, 50);
  expect(faultOf([])).toMatchObject({ place: { object: 'refund', id: refundId() }, stored: 'missing' });
  expect(faultOf([altered])).toMatchObject({
    place: { object: 'refund', id: refundId() },
    field: 'refund.amount.amountMinor',
  });
  expect(faultOf([refund, extra])).toMatchObject({
    place: { object: 'refund', id: refundId(2) },
    field: 'row',
    stored: 'a row',
  });
});

test('money that the row shows and the events do not is a fault of the charge', () => {
  const { row, refunds } = storedAt(5);
  const charge = { ...row.charge, captured: eur(999) };
  expect(compare({ row: { ...row, charge }, refunds }, 50)).toMatchObject({
    place: { object: 'charge', id: chargeId },
    field: 'charge.captured.amountMinor',
    expected: '"1000"',
  });
});

test.each([
  ['status', 'failed', 'succeeded'],
  ['amount_minor', '1', '1000'],
  ['tenant', 'mer_other_test', tenant],
  ['created_at', '5', '1000'],
])('a column %s that the row does not say is a fault of the charge', (column, stored, expected) => {
  expect(compare(storedAt(5), 50, { [column]: stored })).toEqual({
    place: { object: 'charge', id: chargeId },
    field: `column ${column}`,
    stored,
    expected,
  });
});

test('metadata that the row does not say is a fault of the charge', () => {
  expect(compare(storedAt(5), 50, { metadata: '{"a": "b"}' })).toMatchObject({
    field: 'column metadata.a',
    stored: '"b"',
  });
});

test('a refund under another id in its column, or a copy of it under one, is a fault of that id', () => {
  const { row, refunds } = storedAt(5);
  const [refund] = refunds;
  if (refund === undefined) throw new Error('the charge has a refund');
  const main = withColumns(chargesTable, row);
  const own = withColumns(refundsTable, refund);
  const other = withColumns(refundsTable, refund, { refund_id: refundId(2) });
  const faultOf = (part: readonly StoredRow<RefundRow>[]) =>
    compareRows(
      paymentsReadModel,
      { id: chargeId, stored: { main, parts: [part] }, events },
      { through: 50, reached: 50 },
    );
  expect(faultOf([other])).toMatchObject({ place: { id: refundId() }, stored: 'missing' });
  expect(faultOf([own, other])).toMatchObject({ place: { id: refundId(2) }, stored: 'a row' });
  expect(faultOf([own])).toBeNull();
});
