import { type DestinationStream, pino } from 'pino';

/**
 * Standard output as the destination of a log. A terminal that has been closed fails every write with EIO: pino would
 * throw the first failure into the caller of the log, and would repeat the write for ever when it flushes.
 */
export function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: process.stdout.fd, sync: true });
  const giveUp = () => {
    Object.assign(stream, { write: () => true, flushSync: () => undefined, end: () => undefined });
  };
  return stream.on('error', giveUp);
}
