import { createHash } from 'node:crypto';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { accept, operatorTenant } from '../../../src/core/kernel';
import {
  type Aggregate,
  type EffectsOf,
  type Journal,
  JournalUnavailable,
  VersionConflict,
  handleCommand,
  toStream,
} from '../../../src/core/ports';
import { createChaos, drawFaults } from '../faults';
import { type Surroundings, createIncarnation } from '../incarnation';
import { commandsAt, journalAt } from '../node-ports';
import { type Random, createRandom } from '../random';
import { createScheduler } from '../scheduler';
import { type TransferAnswer, auditTransfers } from './audit-transfers';
import { type TransferJournal, type Transferred, codec, effectsOfTransfers } from './transferred';

const till: Aggregate<number, Transferred> = {
  decider: { initial: 0, evolve: (count) => count + 1 },
  codec,
};

/** A bug that is planted in the journal of the transfers. */
export interface TransferMutation {
  readonly effectsOf?: (effectsOf: EffectsOf) => EffectsOf;
  readonly journal?: (journal: TransferJournal) => TransferJournal;
  /** What the operator's rebuild takes an event to do. */
  readonly effectsOnRebuild?: (effectsOf: EffectsOf) => EffectsOf;
}

const startMs = 1_767_225_600_000;
const maxSteps = 40_000;
const balances = ['a', 'b', 'c'] as const;
const nodeCount = 2;

/** Transfers between a few balances through two processes that die and lose answers. @returns what was broken */
export async function simulateTransfers(
  seed: number,
  mutation: TransferMutation = {},
): Promise<readonly string[]> {
  const scheduler = createScheduler(startMs);
  const random = createRandom(seed).fork('transfers');
  const faults = drawFaults(random.fork('faults'), nodeCount);
  const chaos = createChaos(faults, random.fork('chaos'), () => scheduler.now() - startMs);
  const effectsOf = mutation.effectsOf?.(effectsOfTransfers) ?? effectsOfTransfers;
  const stored = createMemoryJournal({ clock: scheduler.now, effectsOf });
  const records = mutation.journal?.(stored) ?? stored;
  const world = { scheduler, chaos, random, trace: () => undefined };
  const nodes = Array.from({ length: nodeCount }, (_, index) => startNode(world, index, records));
  const answers: TransferAnswer[] = [];
  for (const to of balances)
    await records.append(
      toStream({
        tenant: operatorTenant,
        stream: `deposit-${to}`,
        expectedVersion: 0,
        events: [codec.encode({ type: 'Transferred', from: null, to, minor: 100 })],
        metadata: { actor: 'test', correlationId: 'deposit' },
      }),
    );
  const clients = Array.from({ length: random.between(4, 24) }, async (_, number) => {
    await scheduler.sleep(random.between(0, 2_000));
    answers.push(
      await transfer({ number, random: random.fork(`client-${String(number)}`), nodes, scheduler }),
    );
  });
  scheduler.after(random.between(500, 5_000), () => {
    stored.rebuildBalances(mutation.effectsOnRebuild?.(effectsOfTransfers) ?? effectsOf);
  });
  const all = Promise.all(clients);
  const end = await scheduler.run({ maxSteps, isOver: () => false });
  if (end !== 'at rest' || answers.length < clients.length)
    return [`[4] ${String(clients.length - answers.length)} clients still wait: ${end}`];
  await all;
  return auditTransfers(records, answers);
}

type Call = (command: {
  readonly stream: string;
  readonly event: Transferred;
  readonly key: string;
}) => Promise<'done' | 'refused' | 'try_again'>;

/** A process that begins again after it died. It never answers what it was asked before. */
function startNode(world: Surroundings, index: number, records: Journal): () => Call {
  let call: Call = dead;
  const begin = () => {
    const life = createIncarnation(world, {
      index,
      name: `node${String(index)}`,
      onCrash() {
        life.die();
        call = dead;
        world.scheduler.after(world.random.between(1, 5_000), begin);
      },
    });
    call = commandsOf(journalAt(life, records, commandsAt(life, world)));
  };
  begin();
  return () => call;
}

const dead: Call = () => Promise.resolve('try_again');

const hash = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16);

const commandsOf =
  (journal: Journal): Call =>
  async ({ stream, event, key }) => {
    try {
      const { kind } = await handleCommand<number, Transferred, 'insufficient_funds'>(
        journal,
        till,
        stream,
        () => accept([event]),
        {
          tenant: operatorTenant,
          metadata: { actor: 'test', correlationId: key },
          idempotency: {
            keyHash: hash(key),
            requestHash: hash(key),
            answer: () => ({ status: 201, body: key }),
          },
        },
        ({ availableMinor }) => ({
          code: 'insufficient_funds',
          message: `${String(availableMinor)} are available.`,
        }),
      );
      return kind === 'refused' ? 'refused' : 'done';
    } catch (error) {
      if (error instanceof JournalUnavailable || error instanceof VersionConflict) return 'try_again';
      throw error;
    }
  };

const patienceMs = 5_000;

/** Asks until somebody answers, under one key. */
async function transfer({
  number,
  random,
  nodes,
  scheduler,
}: {
  readonly number: number;
  readonly random: Random;
  readonly nodes: readonly (() => Call)[];
  readonly scheduler: ReturnType<typeof createScheduler>;
}): Promise<TransferAnswer> {
  const from = random.pick(balances);
  const event: Transferred = {
    type: 'Transferred',
    from,
    to: balances[(balances.indexOf(from) + random.between(1, 2)) % balances.length] ?? 'a',
    minor: random.between(1, 90),
  };
  const key = `transfer-${String(number)}`;
  const stream = `till-${String(random.between(1, 3))}`;
  for (;;) {
    const call = nodes[random.between(0, nodes.length - 1)]?.() ?? dead;
    const silence = scheduler.sleep(patienceMs).then(() => 'try_again' as const);
    const answer = await Promise.race([call({ stream, event, key }), silence]);
    if (answer !== 'try_again') return { key, event, answer };
    await scheduler.sleep(random.between(1, 1_000));
  }
}
