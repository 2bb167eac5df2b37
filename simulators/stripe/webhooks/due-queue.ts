interface Item<T> {
  readonly value: T;
  readonly dueMs: number;
}

/** setTimeout holds no more than this. */
const longestTimerMs = 2_147_483_647;

/**
 * Values that become due at their times. What is due at once keeps its order and costs no timer; the rest is a binary
 * heap behind a single timer.
 */
export class DueQueue<T> {
  private ready: T[] = [];
  private taken = 0;
  private readonly heap: Item<T>[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly onReady: () => void) {}

  get size(): number {
    return this.ready.length - this.taken + this.heap.length;
  }

  push(value: T, delayMs: number): void {
    if (this.isStopped) return;
    if (delayMs <= 0) {
      this.ready.push(value);
      this.onReady();
      return;
    }
    this.insert({ value, dueMs: Date.now() + delayMs });
    if (this.heap[0]?.value === value) this.arm();
  }

  /** The next value that is due. */
  take(): T | undefined {
    if (this.taken === this.ready.length) return undefined;
    const value = this.ready[this.taken];
    this.taken += 1;
    // Dropping the taken ones in batches keeps taking constant in time.
    if (this.taken === 1_024 || this.taken === this.ready.length) {
      this.ready = this.ready.slice(this.taken);
      this.taken = 0;
    }
    return value;
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private arm(): void {
    clearTimeout(this.timer);
    const first = this.heap[0];
    if (first === undefined || this.isStopped) return;
    const waitMs = Math.min(Math.max(first.dueMs - Date.now(), 0), longestTimerMs);
    this.timer = setTimeout(() => this.release(), waitMs);
    this.timer.unref();
  }

  private release(): void {
    const now = Date.now();
    for (let first = this.heap[0]; first !== undefined && first.dueMs <= now; first = this.heap[0]) {
      this.ready.push(first.value);
      this.removeFirst();
    }
    this.arm();
    this.onReady();
  }

  private insert(item: Item<T>): void {
    let index = this.heap.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.heap[parentIndex];
      if (parent === undefined || parent.dueMs <= item.dueMs) break;
      this.heap[index] = parent;
      index = parentIndex;
    }
    this.heap[index] = item;
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    let index = 0;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = this.heap[leftIndex];
      if (left === undefined) break;
      const right = this.heap[leftIndex + 1];
      const [child, childIndex] =
        right !== undefined && right.dueMs < left.dueMs ? [right, leftIndex + 1] : [left, leftIndex];
      if (last.dueMs <= child.dueMs) break;
      this.heap[index] = child;
      index = childIndex;
    }
    this.heap[index] = last;
  }
}
