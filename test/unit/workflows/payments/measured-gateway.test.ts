import { createMemoryPsp } from '../../../../src/adapters/memory/psp';
import { createSeededIds } from '../../../../src/adapters/memory/ids';
import { newId, tenantOf } from '../../../../src/core/kernel';
import { type AuthorizeRequest, type MetricName, PspUnavailable } from '../../../../src/core/ports';
import { measuredGateway } from '../../../../src/workflows/payments/measured-gateway';
import { eur } from '../../../support/charges';

type Fault = ReturnType<NonNullable<Parameters<typeof createMemoryPsp>[0]['faultOf']>>;

const ids = createSeededIds(7);
let now: number;
let fault: Fault;
let recorded: [MetricName, number][];

beforeEach(() => {
  now = 0;
  fault = null;
  recorded = [];
});

const gateway = () =>
  measuredGateway(
    createMemoryPsp({ clock: () => now, faultOf: () => fault }),
    { record: (name, value = 1) => recorded.push([name, value]) },
    () => (now += 5),
  );

const request = (paymentToken: string): AuthorizeRequest => {
  const chargeId = newId('ch', ids);
  return {
    tenant: tenantOf(newId('mer', ids), false),
    chargeId,
    amount: eur(1000),
    createdAt: 1,
    paymentToken,
    captureMethod: 'automatic',
    idempotencyKey: `${chargeId}:authorize`,
  };
};

test.each([
  ['tok_visa', null, 'PspApproved'],
  ['tok_chargeDeclined', null, 'PspDeclined'],
  ['tok_visa', 'lost_after', 'PspUnknown'],
] as const)('%s with the fault %s is counted as %s, and timed', async (token, next, counted) => {
  fault = next;
  await gateway().authorize(request(token));
  expect(recorded).toEqual([
    ['PspCallMilliseconds', 5],
    [counted, 1],
  ]);
});

test('a PSP that was not asked is counted as unavailable, and the caller still learns of it', async () => {
  fault = 'unavailable';
  await expect(gateway().authorize(request('tok_visa'))).rejects.toThrow(PspUnavailable);
  expect(recorded).toEqual([
    ['PspCallMilliseconds', 5],
    ['PspUnavailable', 1],
  ]);
});

test('what only the payer decides is counted by nobody', async () => {
  await gateway().authorize(request('tok_threeDSecure2Required'));
  expect(recorded).toEqual([['PspCallMilliseconds', 5]]);
});
