import { deadLetterCases } from './dead-letter-cases';
import { deliveryCases } from './delivery-cases';
import { everyTrait, type OpenJobQueue } from './job-queue-under-test';
import { laneCases } from './lane-cases';
import { retryCases } from './retry-cases';
import { workerCases } from './worker-cases';

/** What every job queue does, whatever it stands on; what the port leaves open is requested from those that promise it. */
export function jobQueueContract(name: string, open: OpenJobQueue, traits = everyTrait): void {
  describe(`job queue contract: ${name}`, () => {
    describe('delivery', () => deliveryCases(open, traits));
    describe('retries', () => retryCases(open));
    describe('dead letters', () => deadLetterCases(open, traits));
    describe('workers', () => workerCases(open));
    if (traits.servesInTurn) describe('lanes', () => laneCases(open));
  });
}
