import { shownValue } from '../api/errors/received-value';

const configuredBy =
  'The environment configures it, for example FINCORE_PORT=4001 npm start; docs/reference/configuration.md lists every variable.';

export interface StartEnd {
  readonly exitCode: 0 | 1;
  readonly line: string;
}

/**
 * What ends `npm start` before it begins; null where nothing was given. An argument that is ignored would start a
 * server that is not the one asked for, and make its data folder where somebody stands.
 */
export function endForArguments(received: readonly string[]): StartEnd | null {
  if (received.length === 0) return null;
  if (received.every((word) => word === '--help' || word === '-h'))
    return { exitCode: 0, line: `npm start takes no arguments. ${configuredBy}` };
  const shown = received.map(shownValue).join(' ');
  return { exitCode: 1, line: `npm start takes no arguments; received ${shown}. ${configuredBy}` };
}
