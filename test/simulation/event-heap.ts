/** Something that happens at a virtual time. */
export interface TimedEvent {
  readonly atMs: number;
  /** Breaks ties: what was scheduled first happens first. */
  readonly sequence: number;
  readonly run: () => void;
  isCanceled: boolean;
}

const isBefore = (left: TimedEvent, right: TimedEvent): boolean =>
  left.atMs < right.atMs || (left.atMs === right.atMs && left.sequence < right.sequence);

/** A binary heap of events, the earliest first. */
export function createEventHeap() {
  const events: TimedEvent[] = [];

  function siftUp(event: TimedEvent, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >>> 1;
      const parent = events[above];
      if (parent === undefined || !isBefore(event, parent)) break;
      events[index] = parent;
      index = above;
    }
    events[index] = event;
  }

  function siftDown(event: TimedEvent): void {
    let index = 0;
    for (;;) {
      const left = events[2 * index + 1];
      if (left === undefined) break;
      const right = events[2 * index + 2];
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, event)) break;
      events[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    events[index] = event;
  }

  return {
    push(event: TimedEvent): void {
      events.push(event);
      siftUp(event, events.length - 1);
    },
    pop(): TimedEvent | undefined {
      const first = events[0];
      const last = events.pop();
      if (first !== undefined && last !== undefined && events.length > 0) siftDown(last);
      return first;
    },
  };
}
