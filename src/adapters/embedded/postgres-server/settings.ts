import { replaceOwnedFile } from './owned-file';
import type { Account } from './account';
import type { Layout } from './layout';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const settingsFileName = 'fincore.conf';

/**
 * For a small machine that must not lose a committed payment. They are read after initdb's own file and before what an
 * operator sets with ALTER SYSTEM, which therefore wins.
 */
const settings: readonly { readonly name: string; readonly value: string; readonly why: string }[] = [
  { name: 'fsync', value: 'on', why: 'A committed payment survives a power failure.' },
  { name: 'synchronous_commit', value: 'on', why: 'An answer is given only after the commit is on disk.' },
  { name: 'full_page_writes', value: 'on', why: 'A page torn by a crash is mended.' },
  { name: 'wal_level', value: 'replica', why: 'Base backups and point-in-time recovery stay possible.' },
  { name: 'wal_compression', value: 'on', why: 'Full pages shrink; costs little processor time.' },
  { name: 'max_wal_size', value: '2GB', why: 'Fewer checkpoints under load; recovery stays below a minute.' },
  { name: 'shared_buffers', value: '256MB', why: 'Fits a machine with 2 GB of memory.' },
  {
    name: 'max_connections',
    value: '200',
    why: 'Several processes with pools of 8 per store, and commands beside.',
  },
  { name: 'jit', value: 'off', why: 'Statements are short; compiling them costs more than it saves.' },
  { name: 'timezone', value: 'UTC', why: 'The same everywhere.' },
  { name: 'log_timezone', value: 'UTC', why: 'The same everywhere.' },
  { name: 'logging_collector', value: 'on', why: 'The log outlives the process that started the server.' },
  { name: 'log_directory', value: 'log', why: 'Inside the cluster.' },
  {
    name: 'log_filename',
    value: 'postgresql-%a.log',
    why: 'One file per weekday: a week of logs, then overwritten.',
  },
  {
    name: 'log_truncate_on_rotation',
    value: 'on',
    why: 'One file per weekday: a week of logs, then overwritten.',
  },
  { name: 'log_rotation_age', value: '1d', why: 'One file per weekday: a week of logs, then overwritten.' },
  { name: 'log_rotation_size', value: '0', why: 'One file per weekday: a week of logs, then overwritten.' },
  { name: 'log_checkpoints', value: 'off', why: 'The log shows what needs attention.' },
  { name: 'log_error_verbosity', value: 'terse', why: 'The details of an error can hold personal data.' },
  { name: 'log_min_error_statement', value: 'panic', why: 'A failing statement can hold personal data.' },
];

/** What must hold however the files are edited: nobody but this machine reaches the server. */
export function fixedSettings(options: { readonly port: number }): readonly string[] {
  const settings = ['listen_addresses=127.0.0.1', `port=${options.port}`, 'unix_socket_directories='];
  return settings.flatMap((setting) => ['-c', setting]);
}

/** Written before every start, so that a newer FinCore brings its newer settings along. */
export async function writeSettings(layout: Layout, account: Account): Promise<void> {
  const lines = settings.map(({ name, value, why }) => `${name} = '${value}'  # ${why}`);
  const head =
    '# Written by FinCore at every start. Change a setting with ALTER SYSTEM: it wins over this file.';
  await replaceOwnedFile({
    path: join(layout.clusterDirectory, settingsFileName),
    content: [head, ...lines, ''].join('\n'),
    account,
  });
}

/** Lets the configuration that initdb wrote read ours after its own. */
export async function includeSettings(clusterDirectory: string, account: Account): Promise<void> {
  const path = join(clusterDirectory, 'postgresql.conf');
  const written = await readFile(path, 'utf8');
  await replaceOwnedFile({ path, content: `${written}\ninclude '${settingsFileName}'\n`, account });
}
