import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderFileStore } from '../../../src/adapters/embedded/file-store';
import { FilesUnavailable } from '../../../src/core/ports';
import { fileStoreContract } from './file-store.contract';

async function openFolder() {
  const root = await mkdtemp(join(tmpdir(), 'fincore-files-'));
  const store = createFolderFileStore(root);
  return { root, store, close: () => rm(root, { recursive: true, force: true }) };
}

fileStoreContract('folder', openFolder);

test('a put that broke leaves nothing behind', async () => {
  const { root, store, close } = await openFolder();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('begun'));
    throw new Error('the line was cut');
  }
  await expect(store.put('a.csv', broken(), { contentType: 'text/csv' })).rejects.toThrow('cut');
  expect(await readdir(join(root, '.incoming'))).toEqual([]);
  await close();
});

test('a folder that cannot be used is said to be unavailable', async () => {
  const { root, close } = await openFolder();
  const file = join(root, 'file');
  await writeFile(file, 'not a folder');
  const store = createFolderFileStore(file);
  await expect(store.put('a/b', Buffer.from('x'), { contentType: 'text/csv' })).rejects.toThrow(
    FilesUnavailable,
  );
  await close();
});
