import { createMemoryPayments } from '../../../src/adapters/memory/payments';
import { paymentsContract } from './payments.contract';

paymentsContract('memory', () => {
  const { reader, queries } = createMemoryPayments();
  return Promise.resolve({ reader, another: reader, queries });
});
