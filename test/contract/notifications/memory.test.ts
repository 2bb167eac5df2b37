import { createMemoryNotifier } from '../../../src/adapters/memory/notifier';
import { notifierContract } from './notifier.contract';

notifierContract('memory', () => {
  const notifier = createMemoryNotifier();
  return Promise.resolve({
    notifier,
    told: () => Promise.resolve(notifier.notifications()),
    close: () => Promise.resolve(),
  });
});
