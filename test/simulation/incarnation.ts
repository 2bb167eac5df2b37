import type { FaultKind } from './faults';
import type { World } from './world';

/** What may become of a port call, beside a crash. */
export interface PortFaults {
  /** Nothing happened, and the caller is told so. */
  readonly before?: { readonly kind: FaultKind; readonly error: () => Error };
  /** It happened, and the caller is not told. */
  readonly after?: { readonly kind: FaultKind; readonly error: () => Error };
  /** How long the effect lets wait for it beside the usual latency. */
  readonly extraMs?: () => number;
}

/** One life of a process: all that it has in memory ends with it. */
export interface Incarnation {
  readonly name: string;
  isAlive(): boolean;
  /** By the process's own clock. */
  readonly clock: () => number;
  /** A call that leaves the process: it takes time, may fail, and may be the last thing that the process does. */
  port<Value>(label: string, effect: () => Promise<Value>, faults?: PortFaults): Promise<Value>;
  readonly startTimer: (delayMs: number, fire: () => void) => () => void;
  die(): void;
}

const longestLatencyMs = 12;

/** What a process needs of the world. */
export type Surroundings = Pick<World, 'scheduler' | 'chaos' | 'random' | 'trace'>;

export function createIncarnation(
  world: Surroundings,
  node: { readonly index: number; readonly name: string; readonly onCrash: () => void },
): Incarnation {
  const { scheduler, chaos, random } = world;
  let isAlive = true;
  const latencyMs = () => random.between(0, longestLatencyMs);

  /** @returns whether the process died here */
  function mayCrash(where: string): boolean {
    if (!chaos.strikes('crash')) return false;
    world.trace(`${node.name} dies ${where}`);
    node.onCrash();
    return true;
  }

  /** Promises of a dead process are never settled: what waits for them was lost with its memory. */
  function answer(label: string, tell: () => void, faults: PortFaults, reject: (error: Error) => void): void {
    if (!isAlive || mayCrash(`after ${label}`)) return;
    const isLost = faults.after !== undefined && chaos.strikes(faults.after.kind);
    scheduler.after(latencyMs(), () => {
      if (!isAlive) return;
      if (!isLost) {
        tell();
        return;
      }
      world.trace(`${node.name} hears nothing of ${label}`);
      reject(faults.after.error());
    });
  }

  return {
    name: node.name,
    isAlive: () => isAlive,
    clock: () => scheduler.now() + chaos.skewMs(node.index),
    port(label, effect, faults = {}) {
      return new Promise((resolve, reject) => {
        if (!isAlive || mayCrash(`before ${label}`)) return;
        scheduler.after(latencyMs() + (faults.extraMs?.() ?? 0), () => {
          // What a process sent before it died may still arrive.
          if (!isAlive && !random.chance(0.5)) return;
          if (faults.before !== undefined && chaos.strikes(faults.before.kind)) {
            world.trace(`${node.name} ${label} fails: ${faults.before.kind}`);
            if (isAlive) reject(faults.before.error());
            return;
          }
          world.trace(`${node.name} ${label}`);
          effect().then(
            (value) => answer(label, () => resolve(value), faults, reject),
            (error: unknown) =>
              answer(
                label,
                () => reject(error instanceof Error ? error : new Error(String(error))),
                faults,
                reject,
              ),
          );
        });
      });
    },
    startTimer: (delayMs, fire) =>
      scheduler.after(delayMs, () => {
        if (isAlive) fire();
      }),
    die() {
      isAlive = false;
    },
  };
}
