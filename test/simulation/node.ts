import type { SignedNotice } from '../../src/adapters/memory/psp-notices';
import { startReaders, startWorkers } from '../../src/compose/memory';
import { type ChargeId, InvariantViolation, type TenantId } from '../../src/core/kernel';
import type { ExistingCharge } from '../../src/core/payments';
import { DeadLetter, type JobHandler, type Journal, type Reader, RetryLater } from '../../src/core/ports';
import { type Api, createApi } from './api';
import { type Incarnation, createIncarnation } from './incarnation';
import { commandsAt, feedAt, journalAt, readerAt } from './node-ports';
import { pspAt } from './psp-network';
import type { Reply, Request } from './requests';
import type { World } from './world';

/** One process of the platform, as its neighbours see it: it answers, or it does not. */
export interface Node {
  serve(request: Request): Promise<Reply>;
  /** Undefined when nobody answered. */
  find(tenant: TenantId, chargeId: ChargeId): Promise<ExistingCharge | null | undefined>;
  /** @returns whether the notice was answered with success */
  notice(signed: SignedNotice): Promise<boolean>;
}

export interface NodeOptions {
  readonly index: number;
  readonly journal: Journal;
  /** The readers that this process drives. */
  readonly readers: readonly Reader[];
  readonly concurrency: number;
}

interface Life {
  readonly api: Api;
  readonly end: () => void;
}

const leaseMs = 60_000;
const clientPatienceMs = 30_000;
const longestRestartMs = 30_000;
const noAnswer: Reply = { kind: 'try_again', why: 'no answer' };

export function startNode(world: World, options: NodeOptions): Node {
  const { scheduler, random, chaos } = world;
  const name = `node${String(options.index)}`;
  let life: Life | null = begin();

  function begin(): Life {
    const incarnation = createIncarnation(world, { index: options.index, name, onCrash: crash });
    return beginLife(world, options, incarnation);
  }

  function crash(): void {
    life?.end();
    life = null;
    scheduler.after(random.between(1, longestRestartMs), () => {
      world.trace(`${name} starts again`);
      life = begin();
    });
  }

  /** What the caller hears: nothing after its patience, whatever became of the call. */
  function patiently<Value>(call: (alive: Life) => Promise<Value>, silence: Value): Promise<Value> {
    const called = life;
    if (called === null) return Promise.resolve(silence);
    return new Promise((resolve) => {
      const stopTimer = scheduler.after(clientPatienceMs, () => resolve(silence));
      const isLost = chaos.strikes('answer_lost');
      call(called).then(
        (value) => {
          if (isLost) return;
          stopTimer();
          resolve(value);
        },
        // Its client learns of an error no more than of a crash; the world knows of it.
        () => undefined,
      );
    });
  }

  return {
    serve: (request) => patiently(({ api }) => api.serve(request), noAnswer),
    find: (tenant, chargeId) => patiently(({ api }) => api.find(tenant, chargeId), undefined),
    notice: (signed) => patiently(({ api }) => api.notice(signed), false),
  };
}

function beginLife(world: World, options: NodeOptions, incarnation: Incarnation): Life {
  const { mutation, books, random } = world;
  const commands = commandsAt(incarnation, world);
  const journal = journalAt(incarnation, options.journal, commands);
  const { feed, close } = feedAt(incarnation, world, books.records);
  const readers = options.readers.map((reader) => readerAt(incarnation, world, reader));
  const following = {
    batchLimit: 50,
    startTimer: incarnation.startTimer,
    random: random.next,
    onError: ({ reader, error }: { readonly reader: string; readonly error: unknown }) => {
      if (error instanceof InvariantViolation) world.violate(`the reader ${reader} stops: ${error.message}`);
    },
  };
  if (mutation.follow === undefined) startReaders(feed, readers, following);
  else for (const reader of readers) mutation.follow(feed, reader, following);
  const gateway = pspAt(incarnation, world);
  const mutated = mutation.gateway?.(gateway) ?? gateway;
  const workers = startWorkers(books.queue, {
    journal,
    gatewayFor: () => mutated,
    clock: incarnation.clock,
    ids: world.ids,
    concurrency: options.concurrency,
    leaseMs,
    around: (handler) => delivered(world, mutation.handler?.(handler) ?? handler),
  });
  return {
    api: createApi(incarnation, world, { shared: options.journal, commands }),
    end() {
      incarnation.die();
      close();
      for (const worker of workers) worker.kill();
    },
  };
}

/** Delivers some jobs several times at once, as queues do when they are not sure. */
function delivered(world: World, handler: JobHandler): JobHandler {
  return async (job) => {
    world.trace(`job ${job.name} ${job.key} #${String(job.attempt)}`);
    if (world.chaos.strikes('job_delivered_twice'))
      handler(job).catch((error: unknown) => hear(world, job.name, error));
    try {
      await handler(job);
    } catch (error) {
      hear(world, job.name, error);
      throw error;
    }
  };
}

function hear(world: World, name: string, error: unknown): void {
  world.trace(`job ${name} fails: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof InvariantViolation || error instanceof TypeError)
    world.violate(`the job ${name} stops: ${error.message}`);
  if (error instanceof DeadLetter && !(error instanceof RetryLater))
    world.violate(`the job ${name} is given up: ${error.message}`);
}
