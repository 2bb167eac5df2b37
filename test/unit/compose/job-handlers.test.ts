import { createMemoryDeliveries } from '../../../src/adapters/memory/deliveries';
import { createSeededIds } from '../../../src/adapters/memory/ids';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { createMemoryPsp } from '../../../src/adapters/memory/psp';
import { createJobHandler } from '../../../src/compose/job-handlers';
import { openWebhookPorts } from '../../../src/compose/webhooks';
import { silentLog } from '../../../src/core/ports';
import { contexts } from '../../../src/core/contexts';

const clock = () => 1;
const parts = {
  journal: createMemoryJournal({ clock }),
  gatewayFor: () => createMemoryPsp({ clock }),
  clock,
  ids: createSeededIds(1),
  queue: { enqueue: () => Promise.resolve() },
  deliveries: createMemoryDeliveries(),
  webhooks: openWebhookPorts({
    sealingKeys: () => Promise.reject(new Error('none')),
    arePrivateAllowed: false,
  }),
  random: () => 0,
  log: silentLog,
};

test('every context with queues has a handler of its jobs', () => {
  expect(contexts.workers.map(({ name }) => name)).toContain('payments');
  for (const { name } of contexts.workers) expect(createJobHandler(name, parts)).toBeInstanceOf(Function);
});

test('a context without one stops the start of the program that works on its queues', () => {
  expect(() => createJobHandler('vending', parts)).toThrow('the context vending has a handler of its jobs');
});
