import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../adapters/embedded/system-error-code';
import { writePrivateJson } from './installation/private-json';

/** What the last operation of each kind came to, in the data folder, for the doctor. */
export interface KeptResults {
  readonly backup: { readonly ended_at: string; readonly folder: string };
  readonly verification: {
    readonly ended_at: string;
    readonly sound: boolean;
    readonly finding: string | null;
  };
}

type Kind = keyof KeptResults;

const fileOf = (dataDirectory: string, kind: Kind): string => join(dataDirectory, `last-${kind}.json`);

/** Keeps a result in place of the one before. A failure to write it is reported and ignored. */
export async function keepResult<Name extends Kind>(
  { dataDirectory, tell }: { readonly dataDirectory: string; readonly tell: (line: string) => void },
  kind: Name,
  result: KeptResults[Name],
): Promise<void> {
  try {
    await writePrivateJson(fileOf(dataDirectory, kind), result);
  } catch (error) {
    tell(`The result cannot be kept for npx fincore doctor: ${String(error)}`);
  }
}

/** Reads the last result of a kind. Null when there is none. */
export async function readResult<Name extends Kind>(
  dataDirectory: string,
  kind: Name,
): Promise<KeptResults[Name] | null> {
  try {
    return JSON.parse(await readFile(fileOf(dataDirectory, kind), 'utf8')) as KeptResults[Name];
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
