import { createInstallation } from '../../test/support/fincore-process';
import { createMerchantClient } from '../../test/support/merchant-client';
import type { OpenedRow, Row } from '../row';

/** What `npm start` runs, with the embedded database, until the first charge is accepted. */
export const start: Row = {
  name: 'start',
  goals: {
    first: {
      title: 'first start, an empty data folder, to the first accepted charge',
      unit: 's',
      bound: { kind: 'at_most', value: 15, of: 'ours' },
    },
    warm: {
      title: 'start with data to the first accepted charge',
      unit: 's',
      bound: { kind: 'at_most', value: 5, of: 'ours' },
    },
  },
  open,
};

function open(): Promise<OpenedRow> {
  return Promise.resolve({
    async round() {
      const installation = await createInstallation();
      const secondsToFirstCharge = async () => {
        const begunAt = performance.now();
        const program = await installation.start();
        const charge = { amount: 1999, currency: 'EUR', payment_token: 'tok_visa' };
        const { status } = await createMerchantClient(program.credentials).post('/v1/charges', charge);
        if (status !== 201) throw new Error(`the first charge was answered with ${String(status)}`);
        const seconds = (performance.now() - begunAt) / 1_000;
        await program.stop();
        return seconds;
      };
      try {
        const first = await secondsToFirstCharge();
        const warm = await secondsToFirstCharge();
        return { first: { ours: first }, warm: { ours: warm } };
      } finally {
        await installation.remove();
      }
    },
    close: () => Promise.resolve(),
  });
}
