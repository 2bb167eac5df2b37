import { captureCases } from './capture-cases';
import { authorization, authorized } from './case-setting';
import { faultCases } from './fault-cases';
import { noticeCases } from './notice-cases';
import { paymentCases } from './payment-cases';
import type { OpenPsp, PspUnderTest } from './psp-under-test';
import { refundCases } from './refund-cases';

/** What every adapter of the PSP port does alike. */
export function pspGatewayContract(name: string, open: OpenPsp): void {
  describe(`PSP gateway: ${name}`, () => {
    let opened: PspUnderTest | null = null;
    const psp = (): PspUnderTest => {
      if (opened === null) throw new Error('the PSP is not open');
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => opened?.close());

    describe('payments', () => paymentCases(psp));
    describe('captures and cancellations', () => captureCases(psp));
    describe('refunds', () => refundCases(psp));
    describe('faults', () => faultCases(psp));
    describe('notices', () => noticeCases(psp));

    describe('look-ups', () => {
      test('find a payment by reference and by charge alike', async () => {
        const request = authorization();
        const pspReference = await authorized(psp().gateway, request);
        const byCharge = await psp().gateway.findPayment({ payment: request });
        expect(byCharge).toMatchObject({ outcome: { pspReference } });
        expect(await psp().gateway.findPayment({ payment: request, pspReference })).toEqual(byCharge);
      });

      test('find nothing where there is nothing', async () => {
        const payment = authorization();
        expect(await psp().gateway.findPayment({ payment })).toBeNull();
        expect(await psp().gateway.findPayment({ payment, pspReference: 'pi_unknown' })).toBeNull();
      });
    });
  });
}
