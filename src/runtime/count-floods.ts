import type { AuditLog, AuditRefusal } from '../core/ports';
import type { StartTimer } from '../core/kernel';

export interface CountFloodsOptions {
  readonly startTimer: StartTimer;
  /** Refusals of one kind that are entries of their own within a window. @default 10 */
  readonly entriesPerWindow?: number;
  /** From the first refusal of a kind on. @default 60000 */
  readonly windowMs?: number;
  /** Kinds that are counted at once; beyond it the oldest window ends early. @default 10000 */
  readonly kindLimit?: number;
}

/** The refusals of one kind within one window. */
interface Window {
  readonly stopTimer: () => void;
  entries: number;
  /** The refusals that are no entries of their own, as one entry; null when there are none. */
  counted: (AuditRefusal & { readonly count: number }) | null;
}

/** A refusal for too many requests is never an entry of its own: anyone who gets it sends many. */
const isFlood = ({ code }: AuditRefusal): boolean => code === 'rate_limited';

/**
 * The same audit log, bounded against floods. A kind is one caller, address, action and code. Within a window the first
 * refusals of a kind are entries of their own, and the others are one entry with a count, written when the window ends.
 */
export function countFloods(log: AuditLog, options: CountFloodsOptions): AuditLog {
  const { startTimer, entriesPerWindow = 10, windowMs = 60_000, kindLimit = 10_000 } = options;
  const windows = new Map<string, Window>();

  function open(kind: string): Window {
    const [oldest] = windows.keys();
    if (windows.size >= kindLimit && oldest !== undefined) close(oldest);
    const window: Window = {
      stopTimer: startTimer(windowMs, () => close(kind)),
      entries: 0,
      counted: null,
    };
    windows.set(kind, window);
    return window;
  }

  function close(kind: string): void {
    const window = windows.get(kind);
    if (window === undefined) return;
    windows.delete(kind);
    window.stopTimer();
    if (window.counted !== null) log.record(window.counted);
  }

  return {
    record(refusal) {
      const kind = kindOf(refusal);
      const window = windows.get(kind) ?? open(kind);
      if (window.entries < entriesPerWindow && !isFlood(refusal)) {
        window.entries += 1;
        log.record(refusal);
        return;
      }
      const { counted } = window;
      const subject = counted === null || counted.subject === refusal.subject ? refusal.subject : null;
      window.counted = { ...refusal, subject, count: (counted?.count ?? 0) + 1 };
    },
    async close() {
      for (const kind of [...windows.keys()]) close(kind);
      await log.close();
    },
  };
}

const kindOf = ({ tenant, actor, action, outcome, code, clientAddress }: AuditRefusal): string =>
  JSON.stringify([tenant, actor, action, outcome, code, clientAddress]);
