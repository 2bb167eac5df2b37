import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import { credentialPattern } from '../errors/received-value';
import { withoutCardNumbers } from '../../core/kernel';

const everyCredential = new RegExp(credentialPattern, 'g');
const bearer = /\b(Bearer|Basic) [A-Za-z0-9+/=._~-]+/gi;

/** A log line without card numbers and credentials, wherever in it they stood. */
const scrubbed = (line: string): string =>
  withoutCardNumbers(line)
    .replace(bearer, '$1 [removed]')
    .replace(everyCredential, (credential) => `${credential.slice(0, credential.indexOf('_'))}_[removed]`);

/** Of an error only what tells about it: drivers hang whole connections on theirs, their secrets included. */
function errorFacts(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: errorFacts(error.cause) };
  return { name, message, ...code, stack, ...cause };
}

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
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}
