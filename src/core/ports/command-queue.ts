import { type CommandQueue, JournalOverloaded, type Tail } from './journal';

export interface CommandQueueOptions {
  /** Commands that are decided, appended or wait at once; one more is refused. @default 5000 */
  readonly limit?: number;
  readonly pause: CommandQueue['pause'];
}

interface Lane {
  commands: number;
  /** Resolves when the newest command of the lane has left its turn. */
  left: Promise<void>;
  tail: Tail | null;
}

const defaultLimit = 5_000;
/** The wait that an overloaded queue asks for: a few commits. */
const retryAfterMs = 1_000;

/** Keeps a lane for each stream that has commands, and forgets it with the last of them. */
export function createCommandQueue({ limit = defaultLimit, pause }: CommandQueueOptions): CommandQueue {
  const lanes = new Map<string, Lane>();
  let commands = 0;

  function enter(key: string): Lane {
    if (commands >= limit) throw new JournalOverloaded(commands, retryAfterMs);
    commands += 1;
    const lane = lanes.get(key) ?? { commands: 0, left: Promise.resolve(), tail: null };
    lane.commands += 1;
    lanes.set(key, lane);
    return lane;
  }

  function exit(key: string, lane: Lane): void {
    commands -= 1;
    lane.commands -= 1;
    if (lane.commands === 0) lanes.delete(key);
  }

  return {
    pause,
    async inTurn({ tenant, stream }, work) {
      // The tenant belongs to the key: a stream is empty for every other tenant.
      const key = `${tenant} ${stream}`;
      const lane = enter(key);
      const before = lane.left;
      let leave: () => void = () => undefined;
      lane.left = new Promise<void>((resolve) => (leave = resolve));
      try {
        await before;
        return await work({
          tail: lane.tail,
          leave(tail) {
            lane.tail = tail;
            leave();
          },
        });
      } finally {
        leave();
        exit(key, lane);
      }
    },
  };
}
