import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import { standardOutput } from './standard-output';
import { errorFacts, scrubbed } from './scrub';

/**
 * The log of a process: one JSON line each, scrubbed on the last step before the stream, so that no call
 * can forget it. @param destination stdout unless given
 */
export function createLogger(options: {
  readonly level: Level | 'silent';
  readonly destination?: DestinationStream;
}): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorFacts },
    hooks: { streamWrite: scrubbed },
  };
  return pino(settings, options.destination ?? standardOutput());
}
