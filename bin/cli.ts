import { Command, Option } from 'commander';
import { CommandRefused } from '../src/compose/commands/command-refused';
import { jobsList, jobsRedrive } from '../src/compose/commands/jobs';
import {
  keyIssue,
  keyList,
  keyRevoke,
  keyRotate,
  merchantCreate,
  merchantList,
} from '../src/compose/commands/merchants';
import { type Rebuildable, rebuild, rebuildable } from '../src/compose/commands/rebuild';
import { type CommandOutput, withBooks } from '../src/compose/commands/with-books';
import type { Books } from '../src/compose/books';
import { parseConfiguration } from '../src/compose/configuration';

/** `npx fincore …`: what an operator does from the shell. Results go to stdout, remarks to stderr. */
const output: CommandOutput = { print: (line) => console.log(line), tell: (line) => console.error(line) };

function run(work: (books: Books) => Promise<void>): Promise<void> {
  const parsed = parseConfiguration(process.env);
  if (!parsed.ok) throw new CommandRefused(parsed.problems.map(({ message }) => message).join('\n'));
  return withBooks(parsed.value, output, work);
}

const program = new Command('fincore').description(
  'Operate a FinCore installation. It is found as by npm start: FINCORE_DATA_DIR or DATABASE_URL.',
);

const merchant = program.command('merchant').description('merchants and their API keys');
merchant
  .command('create')
  .description('make a merchant; prints its keys once')
  .requiredOption('--name <name>', 'what people call it')
  .action(({ name }: { name: string }) => run((books) => merchantCreate(books, output, name)));
merchant
  .command('list')
  .description('all merchants, newest first')
  .action(() => run((books) => merchantList(books, output)));

const key = merchant.command('key').description("one merchant's API keys");
key
  .command('list <merchant>')
  .description('every key that was ever issued')
  .action((id: string) => run((books) => keyList(books, output, id)));
key
  .command('issue <merchant>')
  .description('one more key; printed once')
  .addOption(
    new Option('--kind <kind>', 'what it may do').choices(['secret', 'publishable']).default('secret'),
  )
  .option('--live', 'for real money', false)
  .action((id: string, { kind, live }: { kind: 'secret' | 'publishable'; live: boolean }) =>
    run((books) => keyIssue(books, output, { merchant: id, kind, livemode: live })),
  );
key
  .command('rotate <merchant> <key>')
  .description('a new key in place of the old one, which stays good for the overlap')
  .option('--overlap-seconds <seconds>', 'how long the old key stays good', Number)
  .action((id: string, keyId: string, { overlapSeconds }: { overlapSeconds?: number }) =>
    run((books) =>
      keyRotate(books, output, {
        merchant: id,
        key: keyId,
        ...(overlapSeconds === undefined ? {} : { overlapMs: overlapSeconds * 1_000 }),
      }),
    ),
  );
key
  .command('revoke <merchant> <key>')
  .description('refuse a key from now on')
  .action((id: string, keyId: string) =>
    run((books) => keyRevoke(books, output, { merchant: id, key: keyId })),
  );

const jobs = program.command('jobs').description('outside work: queues and dead letters');
jobs
  .command('list')
  .description('what waits in each queue, and the dead letters with their causes')
  .option('--queue <queue>', 'only this queue')
  .action(({ queue }: { queue?: string }) => run((books) => jobsList(books, output, queue)));
jobs
  .command('redrive')
  .description('give dead letters fresh attempts')
  .option('--queue <queue>', 'only this queue')
  .option('--id <id>', 'only this dead letter')
  .action((query: { queue?: string; id?: string }) => run((books) => jobsRedrive(books, output, query)));

program
  .command('rebuild <reader>')
  .description(`derive a reader's data again from the journal: ${rebuildable.join(', ')}`)
  .action((name: string) => {
    if (!rebuildable.some((known) => known === name))
      throw new CommandRefused(`"${name}" cannot be rebuilt; allowed are ${rebuildable.join(', ')}.`);
    return run((books) => rebuild(books, output, name as Rebuildable));
  });

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof CommandRefused ? error.message : error);
  process.exitCode = 1;
});
