import { type MerchantId, tenantOf } from '../../../../src/core/kernel';
import { type ChargeEvent, chargeCodec, chargeStream, projectCharge } from '../../../../src/core/payments';
import type { RecordedEvent } from '../../../../src/core/ports';
import { authorized, captured, chargeId, created } from '../../../support/charges';

const tenant = tenantOf('mer_00000000000000000000000001' as MerchantId, false);

const recorded = (
  version: number,
  event: ChargeEvent,
  change: Partial<RecordedEvent> = {},
): RecordedEvent => ({
  partition: 1,
  position: version,
  tenant,
  stream: chargeStream(chargeId),
  version,
  ...chargeCodec.encode(event),
  metadata: { actor: 'test', correlationId: 'c' },
  recordedAt: version,
  ...change,
});

const first = projectCharge(null, recorded(1, created()));

test('the row follows its stream event by event', () => {
  expect(projectCharge(first, recorded(2, authorized()))).toMatchObject({
    tenant,
    version: 2,
    charge: { status: 'authorized' },
  });
});

test.each([
  ['is skipped', () => projectCharge(first, recorded(3, captured()))],
  ['comes twice', () => projectCharge(first, recorded(1, created()))],
  ['begins in the middle', () => projectCharge(null, recorded(2, authorized()))],
])('an event that %s stops the projection', (_how, project) => {
  expect(project).toThrow(/follows row version/);
});

test('an event of another tenant in the stream stops the projection, on either of its sides', () => {
  for (const other of [
    tenantOf('mer_00000000000000000000000002' as MerchantId, false),
    tenantOf('mer_00000000000000000000000001' as MerchantId, true),
  ])
    expect(() => projectCharge(first, recorded(2, authorized(), { tenant: other }))).toThrow(
      'belongs to one tenant',
    );
});
