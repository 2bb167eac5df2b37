import { contexts } from '../../../src/core/contexts';
import { type TenantId, eventCodec, money } from '../../../src/core/kernel';
import {
  type Context,
  type Movement,
  type Posting,
  createRegistry,
  streamKind,
} from '../../../src/core/ports';

interface MeterVended {
  readonly type: 'MeterVended';
  readonly tokenId: string;
}

interface Change {
  readonly prefix?: string;
  readonly chart?: Context['chart'];
  readonly queue?: string;
  readonly movement?: Movement;
}

const vending = (change: Change = {}): Context => ({
  name: 'vending',
  streams: [
    streamKind<MeterVended>({
      title: 'Meter',
      prefix: change.prefix ?? 'meter-',
      subject: 'met_…',
      codec: eventCodec<MeterVended>({ MeterVended: [] }),
      parts: ['tokenId'],
      facts: {
        MeterVended: {
          action: 'VendToken',
          meaning: 'The vendor gave a token.',
          movement: change.movement === undefined ? null : () => change.movement as Movement,
          effects: ({ tokenId }, { stream }) => [
            { balance: `${stream}:${tokenId}`, deltaMinor: 1n, floorMinor: 0n },
          ],
          jobs: null,
          publicEvent: null,
        },
      },
    }),
  ],
  chart: change.chart ?? {},
  queues: [
    {
      name: change.queue ?? 'vending',
      isPrompt: true,
      retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1 },
    },
  ],
  readModels: [],
  refusals: {},
  publicTypes: {},
});
const line = { class: 'asset', normalSide: 'debit', meaning: 'Owed to us.' } as const;
const vended = {
  tenant: 'mer_1_test' as TenantId,
  stream: 'meter-met_1',
  type: 'MeterVended',
  schemaVersion: 1,
  data: { tokenId: 'tok_1' },
};

describe('a registry', () => {
  test('knows what follows from an event of each of its contexts, and nothing of others', () => {
    const registry = createRegistry([...contexts.contexts, vending()]);
    const kind = registry.kindOf('MeterVended');
    expect(kind?.actionOf('MeterVended')).toBe('VendToken');
    expect(kind?.subjectOf('meter-met_1')).toBe('met_1');
    expect(kind?.partOf(vended)).toBe('tok_1');
    expect(registry.effectsOf(vended)).toEqual([
      { balance: 'meter-met_1:tok_1', deltaMinor: 1n, floorMinor: 0n },
    ]);
    expect(registry.kindOf('ChargeCreated')?.title).toBe('Charge');
    expect(contexts.kindOf('MeterVended')).toBeNull();
    expect(contexts.kindOf('constructor')).toBeNull();
    expect(() => contexts.effectsOf(vended)).toThrow('MeterVended on meter-met_1 is an event of a context');
    expect(() => registry.effectsOf({ ...vended, stream: 'charge-met_1' })).toThrow(
      'MeterVended belongs on meter-…, not charge-met_1',
    );
  });

  test('refuses what two contexts share', () => {
    expect(() => createRegistry([vending(), vending({ prefix: 'pump-', queue: 'pumps' })])).toThrow(
      'the event type MeterVended belongs to one context',
    );
    expect(() => createRegistry([...contexts.contexts, vending({ queue: 'payments' })])).toThrow(
      'the queue payments belongs to one context',
    );
    expect(() =>
      createRegistry([...contexts.contexts, vending({ chart: { merchant_payable: line } })]),
    ).toThrow('the account merchant_payable belongs to one context');
    expect(() =>
      createRegistry([...contexts.contexts, vending({ chart: { 'psp_receivable:<psp>': line } })]),
    ).toThrow('the account pattern psp_receivable: belongs to one context');
    expect(() => createRegistry([...contexts.contexts, vending({ prefix: 'charge-back-' })])).toThrow(
      'of the prefixes charge- and charge-back-, neither begins with the other',
    );
  });
});

describe('an event that no reader could take is refused at its append', () => {
  const stream = 'meter-met_00000000000000000000000000';
  const float = (side: Posting['side'], amountMinor: bigint, code = 'float'): Posting => ({
    code,
    side,
    amount: money(amountMinor, 'EUR'),
  });
  const balanced = [float('debit', 5n), float('credit', 5n)];
  const appending =
    (movement: Movement, to = stream) =>
    () =>
      createRegistry([vending({ movement, chart: { float: line } })]).effectsOnAppend({
        ...vended,
        stream: to,
      });

  test('and one that can be booked has its effects', () => {
    expect(appending({ postings: balanced })()).toEqual([
      { balance: `${stream}:tok_1`, deltaMinor: 1n, floorMinor: 0n },
    ]);
  });

  test.each<[Movement, string]>([
    [{ postings: [] }, 'a movement has postings'],
    [{ postings: [float('debit', 5n), float('credit', 4n)] }, 'debits less credits are 1 EUR'],
    [
      { postings: [float('debit', 5n), { ...float('credit', 5n), amount: money(5n, 'USD') }] },
      'debits less credits are 5 EUR',
    ],
    [{ postings: [float('debit', 0n), float('credit', 0n)] }, 'more than 0 minor units'],
    [{ postings: [float('debit', 5n), float('credit', 5n, 'flaot')] }, 'flaot is in the chart of accounts'],
    [{ postings: balanced, subject: '' }, 'the 0 characters of a name that MeterVended gives'],
    [{ postings: balanced, part: 'x'.repeat(513) }, 'the 513 characters'],
    [{ postings: balanced, subject: 'met\0' }, 'the 4 characters'],
  ])('the movement %#', (movement, why) => {
    expect(appending(movement)).toThrow(why);
  });

  test('on a stream without an id', () => {
    expect(appending({ postings: balanced }, 'meter-')).toThrow('meter- names the id of its subject');
    expect(appending({ postings: balanced }, 'meter-met_1')).toThrow('meter-met_1 ends with an id');
    const moneyless = createRegistry([vending()]);
    expect(() => moneyless.effectsOnAppend({ ...vended, stream: 'meter-' })).toThrow('names the id');
    expect(moneyless.effectsOnAppend(vended)).toHaveLength(1);
  });

  test('of no context, or on a stream of another kind', () => {
    expect(() => contexts.effectsOnAppend(vended)).toThrow(
      'MeterVended on meter-met_1 is an event of a context',
    );
    expect(appending({ postings: balanced }, 'charge-met_1')).toThrow('belongs on meter-…');
  });
});

describe('a registry refuses what could not work', () => {
  const [model] = contexts.readModels;
  const named = { name: 'meters', prefix: 'meter-' };
  const tableOf = (change: object) => ({ ...model?.table, ...change });
  const text = { type: 'text', isFixed: true, valueOf: () => null } as const;
  const withModel = (change: object) => () =>
    createRegistry([...contexts.contexts, { ...vending(), readModels: [{ ...model, ...change } as never] }]);

  test.each([
    ['fees:stripe', 'fees:stripe is a name of an account'],
    ['Fees', 'Fees is a name of an account'],
  ])('the account %s', (code, why) => {
    expect(() => createRegistry([...contexts.contexts, vending({ chart: { [code]: line } })])).toThrow(why);
  });

  test.each([
    [{ name: 'ledger' }, 'ledger is the name of another reader'],
    [{ name: 'meters', prefix: 'metre-' }, 'the read model meters reads streams metre-… of a context'],
    [{ name: 'me"ters' }, 'me"ters is a plain name of SQL'],
    [{ name: 'payments' }, 'the read model payments belongs to one context'],
    [{ ...named, table: tableOf({ object: 'gift card' }) }, 'gift card is a plain name of SQL'],
    [{ ...named, table: tableOf({ object: 'refund' }) }, 'the object of a table of meters refund belongs'],
    [{ ...named, table: tableOf({ name: 'refunds' }) }, 'the name of a table of meters refunds belongs'],
    [{ ...named, table: tableOf({ name: 'metadata' }) }, 'metadata is a table that every read model has'],
    [{ ...named, table: tableOf({ key: 'tenant' }) }, 'tenant is a column that every table'],
    [{ ...named, table: tableOf({ columns: { state: text } }) }, 'state is a column that every table'],
    [{ ...named, table: tableOf({ columns: { charge_id: text } }) }, 'charge_id is the column of the ids'],
  ])('the read model %#', (change, why) => {
    expect(withModel(change)).toThrow(why);
  });
});

describe('the chart of accounts', () => {
  test.each(['psp_receivable:stripe', 'psp_receivable:paypal', 'merchant_payable'])('has %s', (code) => {
    expect(contexts.chart.lineOf(code)).not.toBeNull();
  });

  test.each([
    'psp_receivable',
    'psp_receivable:',
    'psp_receivable:<provider>',
    'psp_receivable:a b',
    'psp_receivable:a:b',
    'merchant_payable:stripe',
    'toString',
    '',
  ])('does not have %j', (code) => {
    expect(contexts.chart.lineOf(code)).toBeNull();
  });
});
