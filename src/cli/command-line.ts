import { Argument, Command, Option } from 'commander';
import { version } from '../../package.json';
import type { Stores } from '../compose/stores';
import { type Configuration, type Environment, parseConfiguration } from '../configuration/configuration';
import { defaultRotationOverlapMs } from '../core/accounts';
import { followUpQueue, paymentsQueue } from '../workflows/payments/charge-jobs';
import { backup } from '../operations/backup';
import type { Cloud } from './cloud';
import { CommandRefused } from '../configuration/command-refused';
import { writeDocs } from './docs';
import { jobsList, jobsRedrive } from './jobs';
import { keyIssue, keyList, keyRevoke, keyRotate, merchantCreate, merchantList } from './merchants';
import { merchantName, overlapSeconds } from './merchant-text';
import { paymentsPerMonth } from './payments-per-month';
import { type Rebuildable, rebuild, rebuildable } from './rebuild';
import { restore } from '../operations/restore';
import { verify } from '../verification/verify';
import {
  type WatchWishes,
  anewHours,
  defaultAnewHours,
  defaultIntervalSeconds,
  intervalSeconds,
  portNumber,
  watchCommand,
} from './verify-watch';
import { type CommandOutput, withStores, withNewStores } from '../compose/with-stores';

type Run = (work: (stores: Stores) => Promise<void>) => Promise<void>;

/** Everything that `npx fincore …` understands. Results go to `print`, remarks to `tell`. */
export function createCommandLine(output: CommandOutput, environment: Environment, cloud: Cloud): Command {
  const configured = () => {
    const parsed = parseConfiguration(environment);
    if (!parsed.ok) throw new CommandRefused(parsed.problems.map(({ message }) => message).join('\n'));
    return parsed.value;
  };
  const run: Run = (work) => withStores(configured(), output, work);
  const runAnew: Run = (work) => withNewStores(configured(), output, work);
  const program = new Command('fincore')
    .description(
      'Operate a FinCore installation, whether it runs or not. It is found as by npm start: FINCORE_DATA_DIR or DATABASE_URL.',
    )
    .version(version, '--version', 'which FinCore this is')
    .showHelpAfterError('(--help shows what is allowed)');
  addMerchantCommands(program, output, { run, runAnew });
  addJobCommands(program, output, run);
  addReaderCommands(program, output, run);
  addVerifyCommand(program, output, { configured, run });
  addBackupCommands(program, output, configured);
  addCloudCommands(program, output, cloud);
  addDocsCommand(program, output, cloud);
  return program;
}

function addMerchantCommands(
  program: Command,
  output: CommandOutput,
  { run, runAnew }: { readonly run: Run; readonly runAnew: Run },
): void {
  const merchant = program.command('merchant').description('merchants and their API keys');
  merchant
    .command('create')
    .description('make a merchant; prints its keys once')
    .requiredOption('--name <name>', 'what people call it', merchantName)
    .action(({ name }: { name: string }) => runAnew((stores) => merchantCreate(stores, output, name)));
  merchant
    .command('list')
    .description('all merchants, newest first')
    .action(() => run((stores) => merchantList(stores, output)));
  addKeyCommands(merchant, output, run);
}

function addKeyCommands(merchant: Command, output: CommandOutput, run: Run): void {
  const key = merchant.command('key').description("one merchant's API keys");
  key
    .command('list <merchant>')
    .description('every key that was ever issued')
    .action((id: string) => run((stores) => keyList(stores, output, id)));
  key
    .command('issue <merchant>')
    .description('one more key; printed once')
    .addOption(
      new Option('--kind <kind>', 'what it may do').choices(['secret', 'publishable']).default('secret'),
    )
    .option('--live', 'for real money', false)
    .action((id: string, { kind, live }: { kind: 'secret' | 'publishable'; live: boolean }) =>
      run((stores) => keyIssue(stores, output, { merchant: id, kind, livemode: live })),
    );
  key
    .command('rotate <merchant> <key>')
    .description('a new key in place of the old one, which stays good for the overlap')
    .option(
      '--overlap-seconds <seconds>',
      'how long the old key stays good',
      overlapSeconds,
      defaultRotationOverlapMs / 1_000,
    )
    .action((id: string, keyId: string, terms: { overlapSeconds: number }) =>
      run((stores) =>
        keyRotate(stores, output, { merchant: id, key: keyId, overlapMs: terms.overlapSeconds * 1_000 }),
      ),
    );
  key
    .command('revoke <merchant> <key>')
    .description('refuse a key from now on')
    .action((id: string, keyId: string) =>
      run((stores) => keyRevoke(stores, output, { merchant: id, key: keyId })),
    );
}

function addJobCommands(program: Command, output: CommandOutput, run: Run): void {
  const jobs = program.command('jobs').description('outside work: queues and dead letters');
  const onlyQueue = () =>
    new Option('--queue <queue>', 'only this queue').choices([paymentsQueue, followUpQueue]);
  jobs
    .command('list')
    .description('what waits in each queue, and the dead letters with their causes')
    .addOption(onlyQueue())
    .action(({ queue }: { queue?: string }) => run((stores) => jobsList(stores, output, queue)));
  jobs
    .command('redrive')
    .description('give dead letters fresh attempts')
    .addOption(onlyQueue())
    .option('--id <id>', 'only this dead letter')
    .action((query: { queue?: string; id?: string }) => run((stores) => jobsRedrive(stores, output, query)));
}

function addReaderCommands(program: Command, output: CommandOutput, run: Run): void {
  program
    .command('rebuild')
    .addArgument(new Argument('<reader>', 'whose data to derive').choices(rebuildable))
    .description("derive a reader's data again from the journal")
    .action((name: Rebuildable) => run((stores) => rebuild(stores, output, name)));
}

function addVerifyCommand(
  program: Command,
  output: CommandOutput,
  { configured, run }: { readonly configured: () => Configuration; readonly run: Run },
): void {
  program
    .command('verify')
    .description(
      'compare journal, ledger, audit and PaymentDB; names the first fault and ends with exit code 1',
    )
    .option('--watch', 'go on for ever: what is new each time, everything now and then', false)
    .option(
      '--interval <seconds>',
      'with --watch: between two rounds',
      intervalSeconds,
      defaultIntervalSeconds,
    )
    .option(
      '--anew-every <hours>',
      'with --watch: when everything is verified again',
      anewHours,
      defaultAnewHours,
    )
    .option(
      '--metrics-port <port>',
      'with --watch: serve /metrics on this port of 127.0.0.1; 0 for any',
      portNumber,
    )
    .action((wishes: WatchWishes & { readonly watch: boolean }, asked: Command) => {
      if (wishes.watch) return watchCommand(configured(), output, wishes);
      refuseWithoutWatch(asked);
      return run(async (stores) => {
        if (!(await verify(stores, output))) process.exitCode = 1;
      });
    });
}

/** Whoever says how often, and gets one round, would believe that somebody watches. */
function refuseWithoutWatch(asked: Command): void {
  for (const option of asked.options)
    if (asked.getOptionValueSource(option.attributeName()) === 'cli')
      throw new CommandRefused(`${String(option.long)} says how to go on and is allowed with --watch only.`);
}

function addBackupCommands(program: Command, output: CommandOutput, configured: () => Configuration): void {
  program
    .command('backup <folder>')
    .description(
      'write everything that the books can be restored from, secrets included, to a new or empty folder; the server may go on',
    )
    .action((folder: string) => backup(configured(), output, folder));
  program
    .command('restore <folder>')
    .description('put a backup in the place of an installation that does not exist yet')
    .action((folder: string) => restore(configured(), output, folder));
}

function addCloudCommands(program: Command, output: CommandOutput, cloud: Cloud): void {
  const stage = () =>
    new Option('--stage <stage>', 'which stage').choices(cloud.stages).makeOptionMandatory();
  const { stacksOf, alarmsOf, regionOf } = cloud;
  program
    .command('doctor')
    .description(
      'look at a stage that is deployed on AWS: stacks, queues, stream, secrets, alarms, API, and a charge that is refunded; says what to do, and ends with exit code 1 when something is wrong',
    )
    .addOption(stage())
    .option('--region <region>', 'where it is deployed, unless as configured')
    .option('--url <origin>', 'ask the API there instead of at its public name')
    .option('--no-charge', 'make no charge')
    .option(
      '--names',
      'print the names of its resources for the commands of the runbook, and do nothing else',
    )
    .action(async (asked: DoctorOptions) => {
      // The clients of AWS take a third of a second to load; no other command waits for them.
      const { doctor, stageNames } = await import('../operations/doctor/doctor.ts');
      const where = { stage: asked.stage, region: asked.region ?? regionOf(asked.stage) };
      if (asked.names === true) return stageNames(where, output);
      const expected = { stacks: stacksOf(asked.stage), alarms: alarmsOf(asked.stage) };
      const url = asked.url === undefined ? {} : { url: asked.url };
      const isWell = await doctor({ ...where, ...expected, ...url, charges: asked.charge }, output);
      if (!isWell) process.exitCode = 1;
    });
  program
    .command('cost')
    .description('estimate what a stage costs on AWS in a month, from its configuration and list prices')
    .addOption(stage())
    .option('--payments-per-month <number>', 'how many payments it takes', paymentsPerMonth, 0)
    .action((asked: { stage: string; paymentsPerMonth: number }) => {
      for (const line of cloud.costReport(asked.stage, asked.paymentsPerMonth)) output.print(line);
    });
}

interface DoctorOptions {
  readonly stage: string;
  readonly region?: string;
  readonly url?: string;
  readonly charge: boolean;
  readonly names?: boolean;
}

/** For those who change FinCore, so an operator's help does not show it. */
function addDocsCommand(program: Command, output: CommandOutput, cloud: Cloud): void {
  program
    .command('docs', { hidden: true })
    .description('write the generated pages of docs; run in the project folder')
    .action(() => writeDocs(output, program, cloud, process.cwd()));
}
