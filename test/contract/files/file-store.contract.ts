import { InvariantViolation } from '../../../src/core/kernel';
import type { FileFacts, StoredFile } from '../../../src/core/ports';
import type { FileStoreUnderTest, OpenFileStore } from './file-store-under-test';

const csv = { contentType: 'text/csv' };

async function* chunks(...parts: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

async function bytesOf(file: StoredFile | null): Promise<Buffer | null> {
  if (file === null) return null;
  const parts: Uint8Array[] = [];
  for await (const part of file.content) parts.push(part);
  return Buffer.concat(parts);
}

async function all(list: AsyncIterable<FileFacts>): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of list) names.push(name);
  return names;
}

/** What every file store does, whatever it stands on. */
export function fileStoreContract(name: string, open: OpenFileStore): void {
  describe(`file store contract: ${name}`, () => {
    let under: FileStoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test('gives back a file byte by byte, with its size and type', async () => {
      const content = Buffer.from('a;b\r\nü🙂\0');
      const put = await under.store.put('settlements/2026-03-01/stripe.csv', content, csv);
      expect(put).toEqual({ name: 'settlements/2026-03-01/stripe.csv', sizeBytes: content.length });
      const file = await under.store.get('settlements/2026-03-01/stripe.csv');
      expect(file).toMatchObject({ ...put, contentType: 'text/csv' });
      expect(await bytesOf(file)).toEqual(content);
    });

    test('a file that is not there is null', async () => {
      await under.store.put('a/b.csv', Buffer.from('x'), csv);
      expect(await under.store.get('a/c.csv')).toBeNull();
      expect(await under.store.get('a')).toBeNull();
      expect(await under.store.get('other/b.csv')).toBeNull();
    });

    test('takes an empty file', async () => {
      await under.store.put('empty.csv', new Uint8Array(), csv);
      const file = await under.store.get('empty.csv');
      expect(file).toMatchObject({ sizeBytes: 0, contentType: 'text/csv' });
      expect(await bytesOf(file)).toHaveLength(0);
    });

    test.each([1, 3])('takes a stream of 17 MiB in chunks of %d MiB', async (chunkMebibytes) => {
      const whole = Buffer.alloc(17 * 1024 * 1024);
      for (let offset = 0; offset < whole.length; offset += 4) whole.writeUInt32LE(offset, offset);
      const size = chunkMebibytes * 1024 * 1024;
      const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, n) =>
        whole.subarray(n * size, (n + 1) * size),
      );
      const put = await under.store.put('large.bin', chunks(...parts), { contentType: 'application/x-test' });
      expect(put.sizeBytes).toBe(whole.length);
      const file = await under.store.get('large.bin');
      expect(file?.contentType).toBe('application/x-test');
      expect((await bytesOf(file))?.equals(whole)).toBe(true);
    });

    test('replaces a file of the same name', async () => {
      await under.store.put('a.csv', Buffer.from('the longer first'), csv);
      await under.store.put('a.csv', Buffer.from('second'), { contentType: 'text/plain' });
      const file = await under.store.get('a.csv');
      expect(file).toMatchObject({ sizeBytes: 6, contentType: 'text/plain' });
      expect((await bytesOf(file))?.toString()).toBe('second');
      expect(await all(under.store.list(''))).toEqual(['a.csv']);
    });

    test.each([1, 12])('content that breaks after %d MiB leaves what was there', async (mebibytes) => {
      await under.store.put('a.csv', Buffer.from('kept'), csv);
      async function* broken() {
        yield* chunks(Buffer.alloc(mebibytes * 1024 * 1024));
        throw new Error('the line was cut');
      }
      const text = { contentType: 'text/plain' };
      await expect(under.store.put('a.csv', broken(), text)).rejects.toThrow('the line was cut');
      await expect(under.store.put('new.csv', broken(), csv)).rejects.toThrow('the line was cut');
      const kept = await under.store.get('a.csv');
      expect(kept).toMatchObject(csv);
      expect((await bytesOf(kept))?.toString()).toBe('kept');
      expect(await all(under.store.list(''))).toEqual(['a.csv']);
    });

    test('lists by prefix in the order of names, past the end of a page', async () => {
      const names = ['a-b/c', 'a/b', 'a/b-c', 'a/c/d', 'a/c/e', 'a.b', 'ab', 'b'];
      for (const one of names) await under.store.put(one, Buffer.from(one), csv);
      const ordered = [...names].sort();
      expect(await all(under.store.list(''))).toEqual(ordered);
      expect(await all(under.store.list('a/'))).toEqual(['a/b', 'a/b-c', 'a/c/d', 'a/c/e']);
      expect(await all(under.store.list('a/b'))).toEqual(['a/b', 'a/b-c']);
      expect(await all(under.store.list('zz'))).toEqual([]);
    });

    test.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', '.hidden', 'a/.b', 'a b', 'a\\b', 'ü', 'a\0', '-a'])(
      'refuses the name "%s"',
      async (bad) => {
        await expect(under.store.put(bad, Buffer.from('x'), csv)).rejects.toThrow(InvariantViolation);
        // The store may check before it promises.
        await expect((async () => under.store.get(bad))()).rejects.toThrow(InvariantViolation);
      },
    );
  });
}
