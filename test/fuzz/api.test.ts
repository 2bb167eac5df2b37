import { createMerchantClient } from '../support/merchant-client';
import { eventually } from '../support/eventually';
import { type FinCoreProcess, type Installation, createInstallation } from '../support/fincore-process';
import { fetchApiDocument } from './api-document';
import { ownerNames } from './built-request';
import { type CampaignResult, runCampaign } from './campaign';
import { distortionNames } from './wire-mutations';
import { findingInWords } from './findings-in-words';
import { createJudge } from './judge';
import { createKnownIds } from './known-ids';
import { mutationNames } from './mutations';
import { type Tenants, openTenants } from './tenants';
import { createWireClient } from './wire-client';

/** Always the same requests, so that a red run says something about the change; other seeds by the variable. */
const defaultSeed = 7;
const seed = Number(process.env.FINCORE_TEST_FUZZ_SEED ?? defaultSeed);
const requests = Number(process.env.FINCORE_TEST_FUZZ_REQUESTS ?? 2_000);
const concurrency = 24;
/** So few requests do not reach every corner; then only faults count. */
const enoughForCoverage = 1_500;
/** Only the provider can sign a notice. */
const signedByOthers = 'receiveStripeNotice';
/**
 * The run deletes endpoints itself, and a delivery comes to its end after days: chance alone lets these be accepted. The
 * tests of webhooks accept each of them.
 */
const acceptedByChance =
  /^(?:get|update|delete|pause|resume|rotate|replay)Webhook(?:Endpoint|Secret|Delivery)$/;
const runTimeoutMs = 60_000 + requests * 60;
const settleTimeoutMs = 120_000;

let installation: Installation;
let fincore: FinCoreProcess;
let tenants: Tenants;
let result: CampaignResult;
let operations: readonly string[];

beforeAll(async () => {
  installation = await createInstallation({ FINCORE_LOG_LEVEL: 'warn' });
  fincore = await installation.start();
  const { api_url: apiUrl, operator_key: operatorKey } = fincore.credentials;
  tenants = await openTenants(apiUrl, operatorKey);
  const document = await fetchApiDocument(apiUrl);
  operations = document.operations.map(({ operationId }) => operationId);
  const { credentials, spared } = tenants;
  const keys = credentials.tenants.flatMap(({ secret, publishable }) => [secret, publishable]);
  const wire = createWireClient(apiUrl, concurrency);
  const known = createKnownIds(spared);
  for (const [index, charges] of tenants.charges.entries()) known.learn(ownerNames[index] ?? '', charges);
  result = await runCampaign({
    document,
    credentials,
    known,
    judge: createJudge(document, [...keys, credentials.operator, credentials.revoked]),
    wire,
    seed,
    requests,
    concurrency,
  });
  wire.close();
}, runTimeoutMs);
afterAll(() => installation.remove());

const replay = () =>
  `Replay: FINCORE_TEST_FUZZ_SEED=${String(seed)} FINCORE_TEST_FUZZ_REQUESTS=${String(requests)} npx jest --selectProjects fuzz`;

test('every answer keeps what the document and the security rules promise', () => {
  const report = result.findings.map(findingInWords).join('\n\n');
  expect(report === '' ? '' : `${report}\n\n${replay()}`).toBe('');
  expect(result.sent).toBeGreaterThanOrEqual(requests);
});

test('the run reached every operation, with accepted and with refused requests, and tried every mutation', () => {
  if (requests < enoughForCoverage) return;
  const statusesOf = (operation: string) =>
    [...result.answers.keys()].flatMap((name) => (name.startsWith(`${operation} `) ? [name.slice(-3)] : []));
  const without = (isIt: (status: string) => boolean) =>
    operations.filter((operation) => !statusesOf(operation).some(isIt));
  const neverAccepted = without((status) => status.startsWith('2'));
  expect([replay(), neverAccepted.filter((operation) => !acceptedByChance.test(operation))]).toEqual([
    replay(),
    [signedByOthers],
  ]);
  expect([replay(), without((status) => status.startsWith('4'))]).toEqual([replay(), []]);
  const tried = [...result.mutations.keys()];
  const untried = mutationNames
    .filter((name) => name !== 'wire')
    .filter(
      (name) => !tried.some((known) => known === name || known.startsWith(name.split(' ').at(-1) ?? name)),
    );
  expect([replay(), untried]).toEqual([replay(), []]);
  const untriedOnTheWire = distortionNames.filter((name) => !tried.includes(`wire: ${name}`));
  expect([replay(), untriedOnTheWire.length]).toEqual([replay(), 0]);
});

test(
  'every accepted charge comes to an end, and the books agree',
  async () => {
    const { api_url } = fincore.credentials;
    for (const [index, keys] of tenants.credentials.tenants.entries()) {
      const merchant = createMerchantClient({ api_url, secret_key: keys.secret });
      await eventually(
        async () => {
          const open = await merchant.get('/v1/charges?status=processing&status=unknown&limit=1');
          expect(open.body['data']).toEqual([]);
          const refunds = await merchant.get('/v1/refunds?status=pending&status=unknown&limit=1');
          expect(refunds.body['data']).toEqual([]);
        },
        { timeoutMs: settleTimeoutMs, intervalMs: 200 },
      );
      const accepted = result.charges[index === 0 ? 0 : 1];
      expect(await missing(merchant, accepted)).toEqual([]);
    }
    const { code, stdout, stderr } = await installation.command('verify');
    expect({ code, faults: stdout.split('\n').filter((line) => line.startsWith('FAULT')), stderr }).toEqual({
      code: 0,
      faults: [],
      stderr: '',
    });
  },
  settleTimeoutMs * 3,
);

test('the log tells of no defect', () => {
  const defects = fincore
    .said()
    .split('\n')
    .filter((line) => line.includes('"code":"internal_error"') || line.includes('"level":60'));
  expect([replay(), defects.slice(0, 3)]).toEqual([replay(), []]);
});

/** Accepted charges that the list of all charges does not show. */
async function missing(
  merchant: ReturnType<typeof createMerchantClient>,
  accepted: ReadonlySet<string>,
): Promise<readonly string[]> {
  const left = new Set(accepted);
  for (let after = ''; ;) {
    const { body } = await merchant.get(`/v1/charges?limit=100${after}`);
    const page = body as unknown as {
      readonly data: readonly { readonly id: string }[];
      readonly has_more: boolean;
    };
    for (const { id } of page.data) left.delete(id);
    const last = page.data.at(-1);
    if (!page.has_more || last === undefined) return [...left];
    after = `&starting_after=${last.id}`;
  }
}
