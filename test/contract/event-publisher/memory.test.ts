import { createMemoryEventPublisher } from '../../../src/adapters/memory/event-publisher';
import { eventPublisherContract } from './event-publisher.contract';

eventPublisherContract('memory', () => {
  const publisher = createMemoryEventPublisher();
  return Promise.resolve({
    publisher,
    arrived: () => Promise.resolve(publisher.published()),
    close: () => Promise.resolve(),
  });
});
