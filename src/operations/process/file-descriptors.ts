import { type FileHandle, open } from 'node:fs/promises';
import { devNull } from 'node:os';
import { CommandRefused } from '../../configuration/command-refused';
import { systemErrorCode } from '../../adapters/embedded/system-error-code';

/** Sessions of four stores, the queue, the provider, files of the start, and a hundred callers at once. */
export const neededDescriptors = 256;

/** Without a free descriptor a start fails anywhere, in words that name anything but the reason. */
export const tooFewDescriptors = (code: string): string =>
  `The system gives this process no more file descriptors (${code}). FinCore needs ${String(neededDescriptors)} of them free: ` +
  'raise the limit with "ulimit -n 4096", or with LimitNOFILE=4096 in its systemd unit.';

/** @throws CommandRefused where the process may not open as many files as the program needs */
export async function refuseFewDescriptors(): Promise<void> {
  const opened: FileHandle[] = [];
  try {
    while (opened.length < neededDescriptors) opened.push(await open(devNull));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
    throw new CommandRefused(`${tooFewDescriptors(code)} It got ${String(opened.length)}.`);
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
}
