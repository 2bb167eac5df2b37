import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '../support/eventually';

/** Starts a process as the tests do, and tells its number. */
const parent = `
  const { spawn } = require('node:child_process');
  const { endWithParent } = require(${JSON.stringify(join(__dirname, '../support/end-with-parent'))});
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  endWithParent(child);
  child.once('spawn', () => console.log(child.pid));
`;

test('a process that a test starts ends with it, even when the test is killed', async () => {
  const starter = spawn(process.execPath, ['--require', 'esbuild-register', '--eval', parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [told] = (await once(starter.stdout, 'data')) as [Buffer];
  const pid = Number(told.toString());
  expect(process.kill(pid, 0)).toBe(true);
  starter.kill('SIGKILL');
  await eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
});
