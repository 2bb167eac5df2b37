import {
  eventsOf,
  positionsByStream,
  type EventPublisherUnderTest,
  type OpenEventPublisher,
} from './published-events';

/** What every publisher does, whatever it stands on. */
export function eventPublisherContract(name: string, open: OpenEventPublisher): void {
  describe(`event publisher contract: ${name}`, () => {
    let under: EventPublisherUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test('an event arrives as the journal has it', async () => {
      const events = eventsOf(1, 1).map((event) => ({
        ...event,
        data: { text: 'ü "quoted" \\ 🙂 \0', nested: { list: [1, null, true] } },
      }));
      await under.publisher.publish(events);
      expect(await under.arrived()).toEqual(events);
    });

    test('nothing to publish is published at once', async () => {
      await under.publisher.publish([]);
      expect(await under.arrived()).toEqual([]);
    });

    test('1,200 events arrive, each once and in the order of its stream', async () => {
      const events = eventsOf(1_200, 300);
      await under.publisher.publish(events);
      const arrived = await under.arrived();
      expect(arrived).toHaveLength(1_200);
      expect(positionsByStream(arrived)).toEqual(positionsByStream(events));
    });

    test('calls at the same time keep the order in which they were made', async () => {
      const events = eventsOf(300, 7);
      const calls = Array.from({ length: 30 }, (_, n) =>
        under.publisher.publish(events.slice(n * 10, n * 10 + 10)),
      );
      await Promise.all(calls);
      expect(positionsByStream(await under.arrived())).toEqual(positionsByStream(events));
    });

    test('what was published may be published again', async () => {
      const events = eventsOf(5, 2);
      await under.publisher.publish(events);
      await under.publisher.publish(events);
      expect(positionsByStream(await under.arrived())).toEqual(positionsByStream(events));
    });
  });
}
