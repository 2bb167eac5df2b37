import { createSeededIds } from '../../src/adapters/memory/ids';
import { createMemoryPsp } from '../../src/adapters/memory/psp';
import { openMemoryStores, sha256 } from '../../src/compose/memory';
import type { Journal } from '../../src/core/ports';
import { nameOf } from './auditor/answers';
import { audit } from './auditor/audit';
import { createClient } from './client';
import { createChaos } from './faults';
import { type Mutation, noMutation } from './mutation';
import { type Node, startNode } from './node';
import { createNoticeTransport } from './notice-transport';
import { type Plan, type Reduction, drawPlan } from './plan';
import { createRandom } from './random';
import type { Asked } from './requests';
import { createScheduler } from './scheduler';
import { runSession } from './sessions';
import type { World } from './world';

export interface SimulationOptions {
  /** 0 to 2^30 - 2. */
  readonly seed: number;
  /** @default nothing left out */
  readonly reduction?: Reduction;
  /** A planted bug. @default none */
  readonly mutation?: Mutation;
}

export interface SimulationResult {
  readonly seed: number;
  /** What was broken, each beginning with the number of its invariant where it has one; empty when all held. */
  readonly violations: readonly string[];
  readonly steps: number;
  /** Events of the journal. */
  readonly events: number;
  readonly trace: readonly string[];
  /** The same for the same seed, program and options. */
  readonly traceHash: string;
}

/** 1 January 2026, 00:00 UTC. */
const startMs = 1_767_225_600_000;
const maxSteps = 60_000;
/** Rounds in which an operator gives the dead letters fresh attempts, once the faults have ended. */
const maxRedrives = 3;
const redriveAfterMs = 3_600_000;

/** One run: faults, then peace, then the audit. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { stackTraceLimit } = Error;
  // Most errors of a run are planned: their stacks would cost a third of its time, and nobody reads them.
  Error.stackTraceLimit = 0;
  try {
    return await run(options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function run(options: SimulationOptions): Promise<SimulationResult> {
  const plan = drawPlan(options.seed, options.reduction);
  const trace: string[] = [];
  const violations: string[] = [];
  const asked: Asked[] = [];
  const world = openWorld(plan, options.mutation ?? noMutation, trace, violations);
  const { scheduler, books } = world;
  const commitSteps = new Map<string, number>();
  const nodes = startNodes(world, plan, commitSteps);
  const sessions = plan.sessions.map((session) => {
    const random = world.random.fork(session.seed);
    return runSession(world, createClient(world, random, nodes, asked), random, session);
  });
  let unfinished = sessions.length;
  for (const session of sessions)
    session.then(
      () => (unfinished -= 1),
      (error: unknown) => world.violate(`a client failed: ${String(error)}`),
    );
  scheduleOperator(world, plan);
  const end = await scheduler.run({ maxSteps, isOver: () => violations.length > 0 });
  if (end === 'bound reached') violations.push(`[4] not at rest after ${String(maxSteps)} steps`);
  if (end === 'at rest' && unfinished > 0)
    violations.push('[4] a client still waits, and nothing more happens');
  if (violations.length === 0) violations.push(...(await audit({ world, asked, commitSteps })));
  return {
    seed: options.seed,
    violations,
    steps: scheduler.step(),
    events: await books.records.head(),
    trace,
    traceHash: sha256(trace.join('\n')),
  };
}

function openWorld(plan: Plan, mutation: Mutation, trace: string[], violations: string[]): World {
  const scheduler = createScheduler(startMs);
  const random = createRandom(plan.seed).fork('run');
  const ids = createSeededIds(plan.seed);
  const books = openMemoryStores({
    clock: scheduler.now,
    ids,
    random: random.fork('queue').next,
    schedule: scheduler.after,
  });
  const psp = createMemoryPsp({ clock: scheduler.now });
  return {
    scheduler,
    chaos: createChaos(plan.faults, random.fork('chaos'), () => scheduler.now() - startMs),
    random,
    ids,
    books,
    psp,
    mutation,
    trace: (line) => trace.push(`${String(scheduler.now() - startMs)} ${line}`),
    violate: (violation) => violations.push(violation),
    flushNotices: () => undefined,
  };
}

function startNodes(world: World, plan: Plan, commitSteps: Map<string, number>): readonly [Node, ...Node[]] {
  const { books, mutation, scheduler } = world;
  const readers = books.readers.map((reader) => mutation.reader?.(reader, books, scheduler) ?? reader);
  const journal = noteCommits(world, mutation.journal?.(books) ?? books.records, commitSteps);
  const start = (index: number) =>
    startNode(world, {
      index,
      journal,
      readers: index === 0 || plan.hasRivalReaders ? readers : [],
      concurrency: plan.concurrency,
    });
  const nodes: [Node, ...Node[]] = [
    start(0),
    ...Array.from({ length: plan.nodeCount - 1 }, (_, n) => start(n + 1)),
  ];
  const transport = createNoticeTransport(world, plan.faults, () => nodes);
  world.flushNotices = () => transport(world.psp.takeNotices());
  return nodes;
}

/** Writes down when each answer came to stand in the journal. */
const noteCommits = ({ scheduler }: World, journal: Journal, commitSteps: Map<string, number>): Journal => ({
  ...journal,
  async append(append) {
    const outcome = await journal.append(append);
    if (outcome.kind === 'appended' && append.idempotency !== undefined) {
      const operation = append.writes[0]?.events[0]?.type === 'CancelRequested' ? 'cancel' : 'other';
      commitSteps.set(nameOf(operation, append.idempotency.answer.body), scheduler.step());
    }
    return outcome;
  },
});

/** After the faults: refunds that wait at the bank are decided, and dead letters get fresh attempts, a few times. */
function scheduleOperator(world: World, plan: Plan): void {
  const { scheduler, random, books, psp } = world;
  const settle = () => {
    psp.settleRefunds();
    world.flushNotices();
  };
  scheduler.after(random.between(0, plan.faults.healsAtMs), settle);
  for (let round = 1; round <= maxRedrives; round += 1)
    scheduler.after(plan.faults.healsAtMs + round * redriveAfterMs, () => {
      settle();
      world.trace('operator redrives');
      void books.queue.redrive({});
    });
}
