import { deadLetterCases } from './dead-letter-cases';
import { deliveryCases } from './delivery-cases';
import type { OpenJobQueue } from './job-queue-under-test';
import { retryCases } from './retry-cases';
import { workerCases } from './worker-cases';

/** What every job queue does, whatever it stands on. */
export function jobQueueContract(name: string, open: OpenJobQueue): void {
  describe(`job queue contract: ${name}`, () => {
    describe('delivery', () => deliveryCases(open));
    describe('retries', () => retryCases(open));
    describe('dead letters', () => deadLetterCases(open));
    describe('workers', () => workerCases(open));
  });
}
