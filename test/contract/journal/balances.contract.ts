import { createHash } from 'node:crypto';
import { type TenantId, operatorTenant, parseTenant } from '../../../src/core/kernel';
import { type Append, type AppendOutcome, toStream } from '../../../src/core/ports';
import type { JournalUnderTest } from './journal.contract';
import { type Move, moved } from '../../support/moved';

const tenant = operatorTenant;
const stranger = parseTenant('mer_00000000000000000000000000_test') as TenantId;
const metadata = { actor: 'test', correlationId: 'c1' };
const tested = { type: 'Tested', schemaVersion: 1, data: {} };
let sequence = 0;
const newName = (of: string) => `${of}-${String((sequence += 1))}-${String(process.pid)}`;
const newStream = () => newName('moving');

const hash = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16);
const keyed = (key: string) => ({
  idempotency: { keyHash: hash(key), requestHash: hash('request'), answer: { status: 201, body: key } },
});

/** One event to a new stream, which moves balances. */
const move = (moves: readonly Move[], more: Partial<Append> = {}): Append =>
  toStream({ tenant, metadata, stream: newStream(), expectedVersion: 0, events: [moved(...moves)], ...more });

const transfer = (from: string, to: string, minor: number) =>
  move([
    { balance: from, deltaMinor: -minor },
    { balance: to, deltaMinor: minor },
  ]);

const kinds = (outcomes: readonly AppendOutcome[]) => outcomes.map(({ kind }) => kind);

/** What every journal does with several streams, with appends that follow each other, and with balances. */
export function balancesContract(name: string, open: () => Promise<JournalUnderTest>): void {
  describe(`balances contract: ${name}`, () => {
    let under: JournalUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const append = (...appends: readonly Append[]) =>
      Promise.all(appends.map((each) => under.journal.append(each)));
    const amountOf = (balance: string) => under.journal.readBalance(tenant, balance);
    const lengths = (streams: readonly string[]) =>
      Promise.all(streams.map(async (stream) => (await under.journal.readStream(tenant, stream)).length));

    test('several streams are written together, in the order of the writes', async () => {
      const [one, other] = [newStream(), newStream()];
      const before = await under.journal.head();
      const [outcome] = await append({
        tenant,
        metadata,
        writes: [
          { stream: other, expectedVersion: 0, events: [tested, tested] },
          { stream: one, expectedVersion: 0, events: [tested] },
        ],
      });
      expect(outcome).toMatchObject({ kind: 'appended', versions: [2, 1], position: before + 3 });
      const events = await under.journal.read(before, 10);
      expect(events.map(({ stream, version, position }) => [stream, version, position - before])).toEqual([
        [other, 1, 1],
        [other, 2, 2],
        [one, 1, 3],
      ]);
    });

    test('a conflict on one of several streams writes to none', async () => {
      const [taken, free] = [newStream(), newStream()];
      await append(toStream({ tenant, metadata, stream: taken, expectedVersion: 0, events: [tested] }));
      const writes = [free, taken].map((stream) => ({ stream, expectedVersion: 0, events: [tested] }));
      expect(await append({ tenant, metadata, writes })).toEqual([{ kind: 'conflict' }]);
      expect(await lengths([taken, free])).toEqual([1, 0]);
    });

    test.each([
      ['no stream', []],
      ['no event', [{ stream: 'empty', expectedVersion: 0, events: [] }]],
      [
        'one stream twice',
        [0, 1].map((expectedVersion) => ({ stream: 'twice', expectedVersion, events: [tested] })),
      ],
    ])('an append with %s is a bug', async (_, writes) => {
      await expect(under.journal.append({ tenant, metadata, writes })).rejects.toThrow(/an append/);
      expect(await lengths(['empty', 'twice'])).toEqual([0, 0]);
    });

    test('appends that follow each other on one stream are written, and each falls with the one before', async () => {
      const [stream, other] = [newStream(), newStream()];
      const [first, second, third] = [{ stream }, { stream }, { stream }];
      const to = (expectedVersion: number, more: Partial<Append>) =>
        toStream({ tenant, metadata, stream, expectedVersion, events: [tested], ...more });
      expect(
        kinds(
          await append(
            to(0, { token: first }),
            to(1, { after: first, token: second }),
            to(2, { after: second }),
          ),
        ),
      ).toEqual(['appended', 'appended', 'appended']);
      // What is written already is no hindrance.
      expect(kinds(await append(to(3, { after: second })))).toEqual(['appended']);
      expect(
        kinds(
          await append(
            to(7, { token: third }),
            to(4, { after: third }),
            toStream({ tenant, metadata, stream: other, expectedVersion: 0, events: [tested] }),
          ),
        ),
      ).toEqual(['conflict', 'conflict', 'appended']);
      expect(await lengths([stream, other])).toEqual([4, 1]);
    });

    test('an append that follows one that this journal never had is a conflict', async () => {
      const stream = newStream();
      const orphan = toStream({ tenant, metadata, stream, expectedVersion: 0, events: [tested] });
      expect(await append({ ...orphan, after: { stream } })).toEqual([{ kind: 'conflict' }]);
      expect(await lengths([stream])).toEqual([0]);
    });

    test('an append whose key waits for another one still comes before those that follow it', async () => {
      const [stream, key] = [newStream(), newName('key')];
      const [first, second] = [{ stream }, { stream }];
      const to = (expectedVersion: number, more: Partial<Append>) =>
        toStream({ tenant, metadata, stream, expectedVersion, events: [tested], ...more });
      const outcomes = await append(
        to(0, { token: first, ...keyed(key) }),
        to(1, { after: first, token: second, ...keyed(key) }),
        to(2, { after: second }),
      );
      expect(kinds(outcomes)).toEqual(['appended', 'replayed', 'conflict']);
      expect(await lengths([stream])).toEqual([1]);
    });

    test('a balance is the sum of what events did to it, and 0 before', async () => {
      const [from, to] = [newName('from'), newName('to')];
      expect(await amountOf(from)).toBe(0n);
      expect(kinds(await append(move([{ balance: from, deltaMinor: 250 }])))).toEqual(['appended']);
      expect(kinds(await append(transfer(from, to, 100)))).toEqual(['appended']);
      expect([await amountOf(from), await amountOf(to)]).toEqual([150n, 100n]);
    });

    test('a debit below the floor is refused with what is available, and nothing of its append is written', async () => {
      const [from, to, stream, other] = [newName('from'), newName('to'), newStream(), newStream()];
      await append(move([{ balance: from, deltaMinor: 99 }]));
      const head = await under.journal.head();
      const events = [
        moved({ balance: to, deltaMinor: 100 }),
        moved({ balance: from, deltaMinor: -100, floorMinor: 0 }),
      ];
      const refused: Append = {
        tenant,
        metadata,
        ...keyed(stream),
        writes: [
          { stream, expectedVersion: 0, events },
          { stream: other, expectedVersion: 0, events: [tested] },
        ],
      };
      expect(await append(refused)).toEqual([{ kind: 'insufficient', balance: from, availableMinor: 99n }]);
      expect([await amountOf(from), await amountOf(to)]).toEqual([99n, 0n]);
      expect(await lengths([stream, other])).toEqual([0, 0]);
      expect(await under.journal.head()).toBe(head);
      const { keyHash, requestHash } = keyed(stream).idempotency;
      expect(await under.journal.findAnswer({ keyHash, requestHash })).toBeNull();
      // A refusal is no answer that is kept: the same request passes once there is enough.
      await append(move([{ balance: from, deltaMinor: 1 }]));
      expect(kinds(await append(refused))).toEqual(['appended']);
      expect([await amountOf(from), await amountOf(to)]).toEqual([0n, 100n]);
    });

    test('each debit has its own floor, which may lie below zero, above it, or nowhere', async () => {
      const balance = newName('floors');
      const take = (minor: number, floorMinor: number | null) =>
        append(move([{ balance, deltaMinor: -minor, floorMinor }]));
      expect(await take(51, -50)).toEqual([{ kind: 'insufficient', balance, availableMinor: 50n }]);
      expect(kinds(await take(50, -50))).toEqual(['appended']);
      expect(kinds(await take(1_000, null))).toEqual(['appended']);
      expect(await take(1, 100)).toEqual([{ kind: 'insufficient', balance, availableMinor: -1_150n }]);
      // Money that comes in is taken wherever the balance stands.
      expect(kinds(await append(move([{ balance, deltaMinor: 1_200, floorMinor: 1_000 }])))).toEqual([
        'appended',
      ]);
      expect(await take(51, 100)).toEqual([{ kind: 'insufficient', balance, availableMinor: 50n }]);
      expect(await amountOf(balance)).toBe(150n);
    });

    test('the effects of one append count in the order of its events', async () => {
      const balance = newName('ordered');
      const [early, late] = [newStream(), newStream()];
      const inOrder = (deltas: readonly number[], stream: string) =>
        toStream({
          tenant,
          metadata,
          stream,
          expectedVersion: 0,
          events: deltas.map((deltaMinor) => moved({ balance, deltaMinor })),
        });
      expect(await append(inOrder([30, -40, 20], early))).toEqual([
        { kind: 'insufficient', balance, availableMinor: 30n },
      ]);
      expect(kinds(await append(inOrder([30, 20, -40], late)))).toEqual(['appended']);
      expect(await amountOf(balance)).toBe(10n);
    });

    test('many debits at once: as many pass as there is money for, and no neighbour suffers', async () => {
      const [from, to] = [newName('from'), newName('to')];
      await append(move([{ balance: from, deltaMinor: 1_000 }]));
      const other = await under.another();
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, async (_, n) => {
          const journal = n % 2 === 0 ? under.journal : other;
          const neighbour = toStream({
            tenant,
            metadata,
            stream: newStream(),
            expectedVersion: 0,
            events: [tested],
          });
          return [
            await journal.append(n % 4 === 3 ? transfer(to, from, 0) : transfer(from, to, 100)),
            await journal.append(neighbour),
          ] as const;
        }),
      );
      const debits = outcomes.filter((_, n) => n % 4 !== 3).map(([debit]) => debit);
      expect(debits.filter(({ kind }) => kind === 'appended')).toHaveLength(10);
      for (const debit of debits)
        if (debit.kind !== 'appended')
          expect(debit).toEqual({ kind: 'insufficient', balance: from, availableMinor: 0n });
      expect(outcomes.every(([, neighbour]) => neighbour.kind === 'appended')).toBe(true);
      expect([await amountOf(from), await amountOf(to)]).toEqual([0n, 1_000n]);
    });

    test('transfers both ways at once lose no money, and none waits for ever', async () => {
      const [one, other] = [newName('one'), newName('other')];
      const second = await under.another();
      await append(move([{ balance: one, deltaMinor: 500 }]), move([{ balance: other, deltaMinor: 500 }]));
      await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          n % 2 === 0
            ? under.journal.append(transfer(one, other, n))
            : second.append(transfer(other, one, n)),
        ),
      );
      const [left, right] = [await amountOf(one), await amountOf(other)];
      expect(left + right).toBe(1_000n);
      expect(left >= 0n && right >= 0n).toBe(true);
    });

    test('a known key comes before a conflict, and a conflict before a lack of money', async () => {
      const [stream, key, balance] = [newStream(), newName('key'), newName('empty')];
      const first = toStream({
        tenant,
        metadata,
        stream,
        expectedVersion: 0,
        events: [tested],
        ...keyed(key),
      });
      const debit = [moved({ balance, deltaMinor: -1 })];
      await append(first);
      const again = toStream({ tenant, metadata, stream, expectedVersion: 0, events: debit, ...keyed(key) });
      expect(await append(again)).toEqual([{ kind: 'replayed', answer: { status: 201, body: key } }]);
      const late = toStream({ tenant, metadata, stream, expectedVersion: 0, events: debit });
      expect(await append(late)).toEqual([{ kind: 'conflict' }]);
      const inTime = toStream({ tenant, metadata, stream, expectedVersion: 1, events: debit });
      expect(await append(inTime)).toEqual([{ kind: 'insufficient', balance, availableMinor: 0n }]);
    });

    test('a balance belongs to its tenant', async () => {
      const balance = newName('shared');
      await append(move([{ balance, deltaMinor: 5 }]), {
        ...move([{ balance, deltaMinor: 7 }]),
        tenant: stranger,
      });
      expect(await amountOf(balance)).toBe(5n);
      expect(await under.journal.readBalance(stranger, balance)).toBe(7n);
    });

    test('lists a tenant’s balances in the order of their bytes, page by page', async () => {
      const prefix = newName('listed');
      const names = ['b', 'B', 'ä', '', 'a', '🙂'].map((suffix) => `${prefix}:${suffix}`);
      await append(...names.map((balance, n) => move([{ balance, deltaMinor: n }])));
      const sorted = [...names].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      const found: string[] = [];
      let after: string | null = prefix;
      for (;;) {
        const page = await under.journal.listBalances(tenant, { after, limit: 2 });
        const ours = page.filter(({ balance }) => balance.startsWith(prefix));
        for (const { balance, amountMinor } of ours) expect(amountMinor).toBe(BigInt(names.indexOf(balance)));
        found.push(...ours.map(({ balance }) => balance));
        if (ours.length < 2) break;
        after = found.at(-1) ?? null;
      }
      expect(found).toEqual(sorted);
      const [first] = await under.journal.listBalances(tenant, { after: null, limit: 1 });
      expect(first?.balance).toBeDefined();
    });

    test('amounts are exact to 64 bits; an effect beyond them fails alone', async () => {
      const balance = newName('large');
      const most = 2n ** 63n - 1n;
      expect(kinds(await append(move([{ balance, deltaMinor: most }])))).toEqual(['appended']);
      expect(await amountOf(balance)).toBe(most);
      const outcomes = await Promise.allSettled([
        under.journal.append(move([{ balance, deltaMinor: most + 1n }])),
        under.journal.append(move([{ balance, deltaMinor: 1 }])),
        under.journal.append(move([{ balance: newName('other'), deltaMinor: 1 }])),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
      expect(await amountOf(balance)).toBe(most);
    });
  });
}
