import { type Command, Option } from 'commander';
import { WrongUsage } from '../configuration/command-refused';
import type { Configuration } from '../configuration/configuration';
import type { Finding } from '../operations/doctor/examinations';
import { machineDoctor } from '../operations/machine-doctor/machine-doctor';
import type { CliOutput } from './cli-output';
import type { Cloud } from './cloud';
import { withLocalQueue } from './jobs';

/** Wide enough for the longest name. */
const nameWidth = 14;

interface DoctorOptions {
  readonly stage?: string;
  readonly region?: string;
  readonly url?: string;
  readonly charge: boolean;
  readonly names?: boolean;
}

export const stageOption = (cloud: Cloud): Option =>
  new Option('--stage <stage>', 'which stage').choices(cloud.stages);

export function addDoctorCommand(
  program: Command,
  output: CliOutput,
  { configured, cloud }: { readonly configured: () => Configuration; readonly cloud: Cloud },
): void {
  program
    .command('doctor')
    .description(
      'look at this machine (data folder, disk, descriptors, program, databases, clocks, readers, jobs, provider, backup, verification) or at a stage on AWS (stacks, queues, stream, secrets, alarms, API, and a charge that is refunded); says what to do, and ends with exit code 1 when something is wrong',
    )
    .addOption(stageOption(cloud))
    .option('--region <region>', 'with --stage: where it is deployed, unless as configured')
    .option('--url <origin>', 'with --stage: ask the API there instead of at its public name')
    .option('--no-charge', 'with --stage: make no charge')
    .option(
      '--names',
      'with --stage: print the names of its resources for the commands of the runbook, and do nothing else',
    )
    .action(({ stage, ...asked }: DoctorOptions) => {
      if (stage !== undefined) return stageDoctor({ stage, ...asked }, output, cloud);
      refuseWithoutStage(asked);
      return localDoctor(configured(), output);
    });
}

function refuseWithoutStage({ region, url, charge, names }: Omit<DoctorOptions, 'stage'>): void {
  const isOfStage = region !== undefined || url !== undefined || !charge || names === true;
  if (isOfStage)
    throw new WrongUsage('--region, --url, --no-charge and --names are allowed with --stage only.');
}

async function localDoctor(configuration: Configuration, output: CliOutput): Promise<void> {
  const isWell = await machineDoctor(
    { configuration, tell: (line) => output.tell(line), withQueue: withLocalQueue },
    (finding) => presentFinding(output, finding),
  );
  if (!isWell) process.exitCode = 1;
}

async function stageDoctor(
  asked: DoctorOptions & { readonly stage: string },
  output: CliOutput,
  cloud: Cloud,
): Promise<void> {
  // The clients of AWS take a third of a second to load; no other command waits for them.
  const { doctor, stageNames } = await import('../operations/doctor/doctor.ts');
  const where = { stage: asked.stage, region: asked.region ?? cloud.regionOf(asked.stage) };
  if (asked.names === true) {
    const names = await stageNames(where);
    output.present({
      json: Object.fromEntries(names),
      lines: names.map(([name, value]) => `export ${name}='${value}'`),
    });
    return;
  }
  const expected = { stacks: cloud.stacksOf(asked.stage), alarms: cloud.alarmsOf(asked.stage) };
  const url = asked.url === undefined ? {} : { url: asked.url };
  const isWell = await doctor({ ...where, ...expected, ...url, charges: asked.charge }, (finding) =>
    presentFinding(output, finding),
  );
  if (!isWell) process.exitCode = 1;
}

function presentFinding(output: CliOutput, finding: Finding): void {
  const { part, diagnosis } = finding;
  const advice = diagnosis.kind === 'ill' ? diagnosis.advice : null;
  output.present({
    json: { part, well: diagnosis.kind === 'well', seen: diagnosis.seen, advice },
    lines: findingLines(finding),
  });
}

/** A line with what was seen, and below a fault what to do about it. */
export function findingLines({ part, diagnosis }: Finding): readonly string[] {
  const name = part.padEnd(nameWidth);
  return diagnosis.kind === 'well'
    ? [`ok     ${name} ${diagnosis.seen}`]
    : [`FAULT  ${name} ${diagnosis.seen}`, `       ${' '.repeat(nameWidth)} ${diagnosis.advice}`];
}
