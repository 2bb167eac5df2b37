import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import type { Stores } from '../compose/stores';
import { contexts } from '../core/contexts';
import type { JobOperations, JobSender } from '../core/ports';
import { WrongUsage } from '../configuration/command-refused';
import type { CliOutput } from './cli-output';
import type { Cloud } from './cloud';
import {
  type ResolveWishes,
  jobsList,
  jobsRedrive,
  jobsResolve,
  jobsResolved,
  keepByJob,
  keepInJournal,
  nameOfResolver,
  resolutionReason,
  withLocalQueue,
} from './jobs';

interface Where {
  readonly stage?: string;
  readonly region?: string;
}

type Run = (work: (stores: Stores) => Promise<void>) => Promise<void>;

interface Dependencies {
  readonly run: Run;
  readonly cloud: Cloud;
}

/** Outside work: on this machine, or with `--stage` on AWS. */
export function addJobCommands(program: Command, output: CliOutput, { run, cloud }: Dependencies): void {
  const jobs = program.command('jobs').description('outside work: queues and dead letters');
  const onlyQueue = () =>
    new Option('--queue <queue>', 'only this queue').choices(contexts.queues.map(({ name }) => name));
  const onStage = (command: Command): Command =>
    command
      .addOption(new Option('--stage <stage>', 'of a stage that is deployed on AWS').choices(cloud.stages))
      .option('--region <region>', 'with --stage: where it is deployed, unless as configured');
  /** @param work gets the stores where the journal can be reached */
  async function withQueue(
    { stage, region }: Where,
    work: (queue: JobSender & JobOperations, stores: Stores | null) => Promise<void>,
  ): Promise<void> {
    if (stage === undefined) return run((stores) => withLocalQueue(stores, (queue) => work(queue, stores)));
    // The clients of AWS take a third of a second to load; no other command waits for them.
    const { withStageQueue } = await import('../operations/stage-jobs.ts');
    const place = { stage, region: region ?? cloud.regionOf(stage) };
    return withStageQueue(place, (queue) => work(queue, null));
  }

  onStage(jobs.command('list'))
    .description('what waits in each queue, and the dead letters with their causes')
    .addOption(onlyQueue())
    .option('--resolved', 'the dead letters that were resolved instead, with who decided and why', false)
    .action(({ queue: name, resolved, ...where }: Where & { queue?: string; resolved: boolean }) => {
      if (!resolved) return withQueue(where, (queue) => jobsList(queue, output, name));
      if (where.stage !== undefined)
        throw new WrongUsage('--resolved reads the journal of this machine; on AWS ask GET /v1/audit.');
      return run((stores) => jobsResolved(stores, output));
    });
  onStage(jobs.command('redrive'))
    .description('give dead letters fresh attempts')
    .addOption(onlyQueue())
    .option('--id <id>', 'only this dead letter')
    .action(({ queue: name, id, ...where }: Where & { queue?: string; id?: string }) =>
      withQueue(where, (queue) =>
        jobsRedrive(queue, output, {
          ...(name === undefined ? {} : { queue: name }),
          ...(id === undefined ? {} : { id }),
        }),
      ),
    );
  onStage(jobs.command('resolve'))
    .description(
      'take a dead letter out for good, because its cause was settled in another way; kept in the journal',
    )
    .requiredOption('--id <id>', 'which dead letter')
    .requiredOption('--reason <text>', 'why nobody tries it again', resolutionReason)
    .addOption(
      new Option('--by <name>', 'who decides, unless the user who runs the command').argParser(
        nameOfResolver,
      ),
    )
    .action(
      ({ id, reason, by = userName(), ...where }: Omit<ResolveWishes, 'by'> & Where & { by?: string }) =>
        withQueue(where, (queue, stores) =>
          jobsResolve(
            queue,
            output,
            { id, reason, by },
            stores === null ? keepByJob(queue) : keepInJournal(stores),
          ),
        ),
    );
}

/** A container may run under a user id that has no name. */
function userName(): string {
  try {
    return nameOfResolver(userInfo().username);
  } catch {
    return `uid-${String(process.getuid?.() ?? 0)}`;
  }
}
