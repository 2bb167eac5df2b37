import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account';
import { copyBinaries } from './binaries-copy';
import { EmbeddedPostgresError } from './errors';
import type { PackagedBinaries } from './packaged-binaries';
import { runProgram } from './run-program';

/** Programs that were seen to run as the account. */
export interface Binaries {
  readonly initdbFile: string;
  readonly postgresFile: string;
  /** The major version, which decides whether it can open an existing cluster. */
  readonly majorVersion: number;
}

type Probe =
  | { readonly kind: 'usable'; readonly binaries: Binaries }
  | { readonly kind: 'unusable'; readonly reason: string };

/** A cold disk may take seconds to load 30 MB of libraries; longer than this, something else is wrong. */
const probeTimeoutMs = 20_000;

/**
 * The packaged programs where the account can run them, else a copy. They cannot be run in place when the project lies
 * in a folder that the unprivileged account cannot enter (a clone below /root), and when npm ran with --ignore-scripts,
 * which leaves out the links among the libraries.
 */
export async function usableBinaries(options: {
  readonly packaged: PackagedBinaries;
  readonly account: Account;
  /** Where a copy may be kept, the first choice first. */
  readonly copyParents: readonly string[];
  readonly log: (line: string) => void;
}): Promise<Binaries> {
  const { packaged, account } = options;
  const inPlace = await probe(packaged.nativeDirectory, account);
  if (inPlace.kind === 'usable') return inPlace.binaries;

  const reasons = [`${packaged.nativeDirectory}: ${inPlace.reason}`];
  const name = `fincore-postgres-${packaged.packageVersion}`;
  for (const parentDirectory of options.copyParents) {
    try {
      const nativeDirectory = await copyBinaries({ from: packaged.nativeDirectory, parentDirectory, name });
      const copied = await probe(nativeDirectory, account);
      if (copied.kind === 'usable') {
        options.log(`PostgreSQL runs from a copy in ${nativeDirectory}`);
        return copied.binaries;
      }
      reasons.push(`${nativeDirectory}: ${copied.reason}`);
    } catch (error) {
      reasons.push(`${parentDirectory}: ${String(error)}`);
    }
  }
  throw new EmbeddedPostgresError(
    account.kind === 'unprivileged' ? 'account_refused' : 'binaries_unusable',
    `The embedded PostgreSQL does not run here${account.kind === 'unprivileged' ? ` as uid ${account.uid}` : ''}. ` +
      `Start FinCore as an ordinary user in a folder of its own, or set DATABASE_URL. Tried: ${reasons.join('; ')}`,
  );
}

/**
 * An ordinary user keeps the copy beside the data. Root needs a place that others may read; /var/lib comes first, since
 * cleaners remove old files of temporary directories, also from under a running server.
 */
export function copyParentsFor(account: Account, homeDirectory: string): readonly string[] {
  return account.kind === 'own' ? [homeDirectory] : ['/var/lib/fincore', tmpdir(), '/var/tmp'];
}

/** Runs both programs for their version: this proves that they can be read and executed and find their libraries. */
async function probe(nativeDirectory: string, account: Account): Promise<Probe> {
  const initdbFile = join(nativeDirectory, 'bin', 'initdb');
  const postgresFile = join(nativeDirectory, 'bin', 'postgres');
  const ask = (file: string) =>
    runProgram({
      file,
      arguments: ['--version'],
      account,
      workingDirectory: '/',
      timeoutMs: probeTimeoutMs,
    });
  const [initdb, postgres] = await Promise.all([ask(initdbFile), ask(postgresFile)]);
  if (initdb.kind !== 'succeeded') return { kind: 'unusable', reason: initdb.output };
  if (postgres.kind !== 'succeeded') return { kind: 'unusable', reason: postgres.output };
  const major = /\(PostgreSQL\) (\d+)/.exec(postgres.output)?.[1];
  if (major === undefined) return { kind: 'unusable', reason: `unexpected version text: ${postgres.output}` };
  return { kind: 'usable', binaries: { initdbFile, postgresFile, majorVersion: Number(major) } };
}
