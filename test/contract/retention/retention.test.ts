import { writeRefusals } from '../../../src/adapters/postgres/audit/write-refusals';
import { forgetRefusals } from '../../../src/adapters/postgres/audit/queries/forget-refusals';
import { forgetAnswers } from '../../../src/adapters/postgres/journal/queries/forget-answers';
import { checkAnswers } from '../../../src/verification/answers-check';
import { checkAudit } from '../../../src/verification/audit-check';
import type { Verification } from '../../../src/verification/check';
import { createSharedFeed } from '../../../src/verification/shared-feed';
import { fromTheBeginning } from '../../../src/verification/verification-progress';
import { startStoreRetention } from '../../../src/compose/store-retention';
import { factsOf } from '../../../src/core/audit';
import { operatorTenant } from '../../../src/core/kernel';
import { silentLog } from '../../../src/core/ports';
import { eventually } from '../../support/eventually';
import { query } from '../../support/embedded-postgres-directory';
import { type WholeStores, createWholeStores } from '../../support/whole-stores';

let whole: WholeStores;
beforeEach(async () => {
  whole = await createWholeStores();
});
afterEach(() => whole.close());

/** Makes everything that was recorded so far so many days old, events and their answers alike. */
const age = (days: number) =>
  whole.asOwner(
    `UPDATE journal.events SET recorded_at = recorded_at - interval '${String(days)} days';
     UPDATE journal.idempotency_keys SET recorded_at = recorded_at - interval '${String(days)} days'`,
  );

const verification = (): Verification => ({
  stores: whole.stores,
  feed: createSharedFeed(whole.stores.records),
  progress: fromTheBeginning(),
  mayGoOn: () => true,
  pageLimit: 100,
});

const keys = async () =>
  Number(
    (await query<{ count: string }>(whole.url, 'SELECT count(*) FROM journal.idempotency_keys'))[0]?.count,
  );

describe('the answers of idempotency keys', () => {
  test('are forgotten after their time, in batches, by the application that may delete nothing', async () => {
    await whole.addCharges(5);
    await age(31);
    await whole.addCharges(2);
    const { journal } = whole.stores.pools;
    expect([await forgetAnswers(journal, 30, 3), await forgetAnswers(journal, 30, 3)]).toEqual([3, 2]);
    expect([await forgetAnswers(journal, 30, 3), await keys()]).toEqual([0, 2]);
    await expect(journal.query('DELETE FROM journal.idempotency_keys')).rejects.toMatchObject({
      code: '42501',
    });
    expect(await checkAnswers(verification())).toMatchObject({ kind: 'sound' });
  });

  test('cannot be forgotten within 30 days, whatever is asked for', async () => {
    await whole.addCharges(1);
    await age(29);
    const { journal } = whole.stores.pools;
    await expect(forgetAnswers(journal, 29, 10)).rejects.toThrow('at least 30 days');
    expect([await forgetAnswers(journal, 30, 10), await keys()]).toEqual([0, 1]);
  });

  test('are missed by the verification while they are promised', async () => {
    await whole.addCharges(1);
    await age(29);
    await whole.asOwner('DELETE FROM journal.idempotency_keys');
    expect(await checkAnswers(verification())).toMatchObject({
      kind: 'fault',
      fault: expect.stringContaining('answer is missing') as string,
    });
  });

  test('are missed by the verification after that time too, where they are kept for longer', async () => {
    await whole.addCharges(1);
    await age(300);
    expect(await forgetAnswers(whole.stores.pools.journal, 200, 10)).toBe(1);
    await whole.addCharges(1);
    await age(60);
    expect(await checkAnswers(verification())).toMatchObject({ kind: 'sound' });
    await whole.asOwner('DELETE FROM journal.idempotency_keys');
    expect(await checkAnswers(verification())).toMatchObject({
      kind: 'fault',
      fault: expect.stringContaining('answer is missing') as string,
    });
  });

  test('that are old and there are still compared, unless a later request has used the key', async () => {
    await whole.addCharges(1);
    await age(31);
    await whole.asOwner("UPDATE journal.idempotency_keys SET body = body || ' '");
    expect(await checkAnswers(verification())).toMatchObject({ kind: 'fault' });
    const [event] = await query<{ answered: string }>(
      whole.url,
      "SELECT metadata ->> 'answered' AS answered FROM journal.events WHERE metadata ->> 'answered' IS NOT NULL",
    );
    expect(event).toBeDefined();
    expect(await forgetAnswers(whole.stores.pools.journal, 30, 10)).toBe(1);
    await whole.addCharges(1);
    const key = event?.answered.split('.', 1)[0] ?? '';
    // As a request with the same key leaves it today: its own event names the same key.
    await whole.asOwner(
      `UPDATE journal.events SET metadata = replace(metadata::text, substr(metadata ->> 'answered', 1, 32), '${key}')::json
         WHERE metadata ->> 'answered' IS NOT NULL AND recorded_at > now() - interval '1 day';
       UPDATE journal.idempotency_keys SET key_hash = decode('${key}', 'hex')`,
    );
    expect(await checkAnswers(verification())).toMatchObject({ kind: 'sound' });
  });
});

describe('the refusals of the audit', () => {
  let count = 0;
  async function refuse(times: number, daysAgo: number): Promise<void> {
    const facts = Array.from({ length: times }, () =>
      factsOf(
        {
          tenant: operatorTenant,
          actor: 'operator',
          action: 'charge.create',
          subject: null,
          outcome: 'refused',
          code: 'rate_limited',
          requestId: `req_${String((count += 1))}`,
          clientAddress: '203.0.113.1',
          occurredAt: Date.now() - daysAgo * 86_400_000,
        },
        whole.stores.ids(),
      ),
    );
    await writeRefusals(whole.stores.pools.audit, facts);
  }

  test('are forgotten from the beginning of their chain, and what is left is verified', async () => {
    await refuse(5, 40);
    await refuse(2, 10);
    await refuse(1, 40);
    const { audit } = whole.stores.pools;
    expect(await checkAudit(verification())).toMatchObject({ kind: 'sound' });
    expect([await forgetRefusals(audit, 30, 3), await forgetRefusals(audit, 30, 10)]).toEqual([3, 2]);
    // What is old but follows what is not stays, so that the chain has no gap.
    expect(await forgetRefusals(audit, 30, 10)).toBe(0);
    expect(await checkAudit(verification())).toMatchObject({ kind: 'sound' });
    await refuse(1, 0);
    expect(await checkAudit(verification())).toMatchObject({ kind: 'sound' });
    await whole.asOwner('DELETE FROM audit.entries WHERE sequence = 6');
    expect(await checkAudit(verification())).toMatchObject({ kind: 'fault' });
  });

  test('leave the application no way to shorten the chain itself', async () => {
    const { audit } = whole.stores.pools;
    await refuse(2, 10);
    await expect(forgetRefusals(audit, 1, 10)).rejects.toThrow('at least 30 days');
    for (const statement of ['UPDATE audit.chain SET floor_sequence = 2', 'DELETE FROM audit.entries'])
      await expect(audit.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

test('both are forgotten in the background', async () => {
  await whole.addCharges(3);
  await age(31);
  const retention = startStoreRetention({
    stores: whole.stores,
    log: silentLog,
    retention: { keysDays: 30, refusalsDays: 400 },
  });
  await eventually(async () => expect(await keys()).toBe(0));
  await retention.stop();
});
