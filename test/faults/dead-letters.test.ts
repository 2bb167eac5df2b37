import { Client } from 'pg';
import { eventually } from '../support/eventually';
import { reportFault } from '../support/faults/fault-report';
import { chargeBody, idOf } from '../support/faults/merchant-words';
import { type Rig, createRig } from '../support/faults/rig';
import { allCharges, expectSoundBooks } from '../support/faults/sound-books';

describe('a poison job in a batch', () => {
  let rig: Rig;
  beforeAll(async () => (rig = await createRig()), 60_000);
  afterAll(() => rig.close(), 60_000);

  test('the nine beside it progress; it is listed with its cause, and a redrive revives it', async () => {
    const { merchant, psp, installation } = rig;
    await psp.arm({ kind: 'webhook_loss' });
    await psp.arm({
      kind: 'error_before',
      times: 10,
      match: { method: 'POST', path: '/v1/payment_intents' },
    });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => merchant.post('/v1/charges', chargeBody())),
    );
    const [poisoned = '', ...others] = answers.map(idOf);
    await eventually(
      async () => {
        const { body } = await merchant.get('/v1/charges?status=unknown&limit=20');
        expect(body.data).toHaveLength(10);
      },
      { intervalMs: 5 },
    );
    // The ten look-ups wait a second. Meanwhile the tenth charge disappears, as with a journal restored in part.
    await eventually(everythingIsSealed, { intervalMs: 5 });
    await rig.process().kill();
    await renameStream(`charge-${poisoned}`, `hidden-${poisoned}`);
    await rig.start();
    await eventually(async () => {
      const charges = await allCharges(rig);
      expect(others.map((id) => charges.get(id)?.status)).toEqual(others.map(() => 'succeeded'));
    });
    const dead = await eventually(async () => {
      const listed = await installation.command('jobs', 'list');
      expect(listed.stdout).toContain(poisoned);
      return listed;
    });
    expect(dead.code).toBe(0);
    expect(dead.stdout).toMatch(new RegExp(`payments/resolve-payment .*there is no charge ${poisoned}`));
    expect((await allCharges(rig)).get(poisoned)?.status).toBe('unknown');

    await renameStream(`hidden-${poisoned}`, `charge-${poisoned}`);
    const redriven = await installation.command('jobs', 'redrive');
    expect(redriven).toMatchObject({ code: 0, stdout: expect.stringContaining('redriven 1') as string });
    await psp.disarm();
    const charges = await expectSoundBooks(rig, [poisoned, ...others]);
    expect(charges.get(poisoned)?.status).toBe('succeeded');
    expect((await installation.command('jobs', 'list')).stdout).toContain('no dead letters');
    await reportFault({ fault: 'a poison job among ten', repetitions: 1 });
  }, 120_000);

  /** What is sealed while it is hidden would be a fault for ever. */
  const everythingIsSealed = () =>
    asOwner(async (client) => {
      const found = await client.query(
        'SELECT (SELECT max(last_position) FROM journal.seals) = (SELECT position FROM journal.heads) AS sealed',
      );
      expect(found.rows).toEqual([{ sealed: true }]);
    });

  const renameStream = (from: string, to: string) =>
    asOwner(async (client) => {
      const renamed = await client.query('UPDATE journal.events SET stream = $2 WHERE stream = $1', [
        from,
        to,
      ]);
      expect(renamed.rowCount).toBeGreaterThan(0);
    });

  async function asOwner(work: (client: Client) => Promise<void>): Promise<void> {
    const client = new Client({ connectionString: rig.databaseUrl, query_timeout: 10_000 });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }
});
