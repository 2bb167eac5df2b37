import { Argument, Command, Option } from 'commander';
import { version } from '../../package.json';
import type { Stores } from '../compose/stores';
import { type Configuration, type Environment, parseConfiguration } from '../configuration/configuration';
import { defaultRotationOverlapMs } from '../core/accounts';
import { toTimestamp } from '../core/kernel';
import { backup } from '../operations/backup';
import type { Cloud } from './cloud';
import { CommandRefused, WrongUsage } from '../configuration/command-refused';
import { type CliOutput, presentTo } from './cli-output';
import { leavesOf } from './command-reference';
import { type Shell, completionScript, shells } from './completion';
import { addDoctorCommand, stageOption } from './doctor-command';
import { writeDocs } from './docs';
import { addJobCommands } from './job-commands';
import { keyIssue, keyList, keyRevoke, keyRotate, merchantCreate, merchantList } from './merchants';
import { merchantName, overlapSeconds } from './merchant-text';
import { paymentsPerMonth } from './payments-per-month';
import { rebuild, rebuildable } from './rebuild';
import { keepResult } from '../operations/kept-results';
import { restore } from '../operations/restore';
import { verifyCommand } from './verify-command';
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
export function createCommandLine(
  plainOutput: CommandOutput,
  environment: Environment,
  cloud: Cloud,
): Command {
  const configured = () => {
    const parsed = parseConfiguration(environment);
    if (!parsed.ok) throw new CommandRefused(parsed.problems.map(({ message }) => message).join('\n'));
    return parsed.value;
  };
  let asJson = false;
  const output = presentTo(plainOutput, () => asJson);
  const run: Run = (work) => withStores(configured(), output, work);
  const runAnew: Run = (work) => withNewStores(configured(), output, work);
  const program = new Command('fincore')
    .description(
      'Operate a FinCore installation, whether it runs or not. It is found as by npm start: FINCORE_DATA_DIR or DATABASE_URL.',
    )
    .version(version, '-v, --version', 'which FinCore this is')
    .showHelpAfterError('(--help shows what is allowed)')
    .exitOverride();
  program.hook('preAction', (_program, action) => {
    asJson = action.opts<{ json?: boolean }>().json === true;
  });
  addMerchantCommands(program, output, { run, runAnew });
  addJobCommands(program, output, { run, cloud });
  addReaderCommands(program, output, run);
  addVerifyCommand(program, output, { configured, run });
  addBackupCommands(program, output, configured);
  addDoctorCommand(program, output, { configured, cloud });
  addCostCommand(program, output, cloud);
  addVersionCommand(program, output);
  for (const { command } of leavesOf(program))
    command.option('--json', 'print results as JSON, one on a line', false);
  addCompletionCommand(program, output);
  addDocsCommand(program, output, cloud);
  return program;
}

function addMerchantCommands(
  program: Command,
  output: CliOutput,
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

function addKeyCommands(merchant: Command, output: CliOutput, run: Run): void {
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

function addReaderCommands(program: Command, output: CliOutput, run: Run): void {
  program
    .command('rebuild')
    .addArgument(new Argument('<reader>', 'whose data to derive').choices(rebuildable))
    .description("derive a reader's data again from the journal")
    .action((name: string) => run((stores) => rebuild(stores, output, name)));
}

function addVerifyCommand(
  program: Command,
  output: CliOutput,
  { configured, run }: { readonly configured: () => Configuration; readonly run: Run },
): void {
  program
    .command('verify')
    .description(
      'compare journal, ledger, audit and PaymentDB; names the first fault and ends with exit code 1',
    )
    .option('--progress', 'say on the way how far it has come; by default where standard error is a terminal')
    .option('--no-progress', 'do not')
    .option('--indexes', 'also check every index with the extension amcheck', false)
    .option('--watch', 'go on for ever: what is new each time, everything now and then', false)
    .option(
      '--interval <seconds>',
      'with --watch: between two rounds',
      intervalSeconds,
      defaultIntervalSeconds,
    )
    .option(
      '--whole-every <hours>',
      'with --watch: when everything is verified again',
      anewHours,
      defaultAnewHours,
    )
    .option(
      '--metrics-port <port>',
      'with --watch: serve /metrics on this port of 127.0.0.1; 0 for any',
      portNumber,
    )
    .action((wishes: VerifyWishes, asked: Command) => {
      if (wishes.watch) {
        if (wishes.indexes) throw new WrongUsage('--indexes is not allowed with --watch: run it on its own.');
        return watchCommand(configured(), output, wishes);
      }
      refuseWithoutWatch(asked);
      const { progress: showsProgress = process.stderr.isTTY, indexes: checksIndexes } = wishes;
      return run(async (stores) => {
        const finding = await verifyCommand(stores, output, { showsProgress, checksIndexes });
        if (finding !== null) process.exitCode = 1;
        await keepResult(
          { dataDirectory: configured().dataDirectory, tell: (line) => output.tell(line) },
          'verification',
          {
            ended_at: toTimestamp(stores.clock()),
            sound: finding === null,
            finding,
          },
        );
      });
    });
}

interface VerifyWishes extends WatchWishes {
  readonly watch: boolean;
  readonly indexes: boolean;
  readonly progress?: boolean;
}

const onlyWithWatch = ['interval', 'wholeEvery', 'metricsPort'];

/** An operator who names an interval and gets one round would believe that the verification goes on. */
function refuseWithoutWatch(asked: Command): void {
  for (const option of asked.options)
    if (
      onlyWithWatch.includes(option.attributeName()) &&
      asked.getOptionValueSource(option.attributeName()) === 'cli'
    )
      throw new WrongUsage(`${String(option.long)} says how to go on and is allowed with --watch only.`);
}

function addBackupCommands(program: Command, output: CliOutput, configured: () => Configuration): void {
  program
    .command('backup <folder>')
    .description(
      'write everything that the books can be restored from, secrets included, to a new or empty folder; the server may go on',
    )
    .action(async (folder: string) => {
      const { folder: written, tables, bytes, journalHead } = await backup(configured(), output, folder);
      await keepResult(
        { dataDirectory: configured().dataDirectory, tell: (line) => output.tell(line) },
        'backup',
        {
          ended_at: toTimestamp(Date.now()),
          folder: written,
        },
      );
      output.present({
        json: { folder: written, tables, bytes, journal_head: journalHead },
        lines: [
          `backed up to ${written}: ${String(tables)} tables, ${String(bytes)} bytes, journal up to position ${String(journalHead)}`,
        ],
      });
    });
  program
    .command('restore <folder>')
    .description('put a backup in the place of an installation that does not exist yet')
    .action(async (folder: string) => {
      const { tables, files, created_at, journal_head } = await restore(configured(), output, folder);
      output.present({
        json: { tables: tables.length, files: files.length, created_at, journal_head },
        lines: [
          `restored ${String(tables.length)} tables and ${String(files.length)} files of ${created_at}, journal up to position ${String(journal_head)}`,
          'Now run: npx fincore verify',
        ],
      });
    });
}

function addCostCommand(program: Command, output: CliOutput, cloud: Cloud): void {
  program
    .command('cost')
    .description('estimate what a stage costs on AWS in a month, from its configuration and list prices')
    .addOption(stageOption(cloud).makeOptionMandatory())
    .option('--payments-per-month <number>', 'how many payments it takes', paymentsPerMonth, 0)
    .action((asked: { stage: string; paymentsPerMonth: number }) => {
      const lines = cloud.costReport(asked.stage, asked.paymentsPerMonth);
      output.present({ json: { stage: asked.stage, report: lines }, lines });
    });
}

function addVersionCommand(program: Command, output: CliOutput): void {
  program
    .command('version')
    .description('which FinCore this is, and what it runs on')
    .action(() => {
      const versions = { fincore: version, node: process.versions.node, platform: process.platform };
      output.present({
        json: versions,
        lines: Object.entries(versions).map(([name, value]) => `${name.padEnd(8)} ${value}`),
      });
    });
}

function addCompletionCommand(program: Command, output: CliOutput): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'for which shell').choices(shells))
    .description('print a script that completes fincore commands: source <(npx fincore completion bash)')
    .action((shell: Shell) => {
      output.print(completionScript(program, shell));
    });
}

/** For those who change FinCore, so an operator's help does not show it. */
function addDocsCommand(program: Command, output: CliOutput, cloud: Cloud): void {
  program
    .command('docs', { hidden: true })
    .description('write the generated pages of docs; run in the project folder')
    .action(() => writeDocs(output, program, cloud, process.cwd()));
}
