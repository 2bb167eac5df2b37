import type { Emulator } from '../../support/aws/emulator-process';
import { startFauxqs } from '../../support/aws/emulators';
import { jobQueueContract } from './job-queue.contract';
import { openSqs } from './sqs-under-test';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startFauxqs();
});
afterAll(() => emulator.stop());

jobQueueContract('SQS', ({ random }) => openSqs(emulator, { random }), {
  remembersKeys: false,
  tellsAge: false,
  servesInTurn: false,
});
