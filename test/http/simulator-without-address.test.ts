import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shareSimulator } from '../../src/operations/installation/shared-simulator';

const children = () => readFile(`/proc/self/task/${String(process.pid)}/children`, 'utf8');

test('a simulator whose address cannot be kept is stopped', async () => {
  const folder = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`));
  const addressFile = join(folder, 'taken');
  await mkdir(addressFile);
  const before = await children();
  try {
    await expect(
      shareSimulator({
        program: join(process.cwd(), 'dist', 'stripe-simulator.js'),
        port: 0,
        dataDirectory: folder,
        addressFile,
        log: () => undefined,
        inTurn: (work) => work(),
      }),
    ).rejects.toThrow('EISDIR');
    expect(await children()).toBe(before);
  } finally {
    await rm(folder, { recursive: true });
  }
});
