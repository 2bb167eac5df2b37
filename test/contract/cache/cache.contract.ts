import type { CacheUnderTest, OpenCache } from './cache-under-test';

/** What every cache and every counter does, whatever it stands on. */
export function cacheContract(name: string, open: OpenCache): void {
  describe(`cache contract: ${name}`, () => {
    let under: CacheUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test('gives back what was set, until it is replaced or deleted', async () => {
      const { cache } = under;
      expect(await cache.get('answer')).toBeNull();
      await cache.set('answer', 'ü 🙂 \n{"id":1}', 60_000);
      expect(await cache.get('answer')).toBe('ü 🙂 \n{"id":1}');
      await cache.set('answer', '', 60_000);
      expect(await cache.get('answer')).toBe('');
      await cache.delete('answer');
      await cache.delete('answer');
      expect(await cache.get('answer')).toBeNull();
    });

    test('a value is gone after its time, counted from when it was set last', async () => {
      const { cache } = under;
      await cache.set('short', 'a', 80);
      await cache.set('long', 'b', 60_000);
      await cache.set('renewed', 'c', 80);
      await cache.set('renewed', 'c', 60_000);
      await under.pass(120);
      expect(await cache.get('short')).toBeNull();
      expect(await cache.get('long')).toBe('b');
      expect(await cache.get('renewed')).toBe('c');
    });

    test('counts hits within a window by bucket, and tells when it ends', async () => {
      const { counter } = under;
      expect(await counter.hit('key_1', 60_000)).toEqual({ count: 1, resetMs: 60_000 });
      await under.pass(20);
      const second = await counter.hit('key_1', 60_000);
      expect(second.count).toBe(2);
      expect(second.resetMs).toBeGreaterThan(0);
      expect(second.resetMs).toBeLessThanOrEqual(59_980);
      expect((await counter.hit('key_2', 60_000)).count).toBe(1);
    });

    test('a window ends though hits go on, and the next one counts from 1', async () => {
      const { counter } = under;
      for (const count of [1, 2, 3]) expect((await counter.hit('key_1', 100)).count).toBe(count);
      await under.pass(130);
      expect(await counter.hit('key_1', 100)).toEqual({ count: 1, resetMs: 100 });
    });

    test('hits at the same time are each counted once', async () => {
      const hits = Array.from({ length: 100 }, () => under.counter.hit('key_1', 60_000));
      const counts = (await Promise.all(hits)).map(({ count }) => count);
      expect(counts.sort((left, right) => left - right)).toEqual(
        Array.from({ length: 100 }, (_, n) => n + 1),
      );
    });
  });
}
