interface Asked<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Turns many look-ups by key into few queries: while `concurrency` queries run, arriving keys gather and go
 * together in the next. Without load a look-up starts at once.
 * @param lookUp answers the keys in their order
 */
export function coalesce<Key, Value>(options: {
  readonly concurrency: number;
  readonly batchLimit: number;
  readonly lookUp: (keys: readonly Key[]) => Promise<readonly Value[]>;
}): (key: Key) => Promise<Value> {
  const waiting: Asked<Key, Value>[] = [];
  let running = 0;
  let scheduled = false;

  function pump(): void {
    scheduled = false;
    while (waiting.length > 0 && running < options.concurrency) {
      const batch = waiting.splice(0, options.batchLimit);
      running += 1;
      void answer(batch).finally(() => {
        running -= 1;
        pump();
      });
    }
  }

  async function answer(batch: readonly Asked<Key, Value>[]): Promise<void> {
    try {
      const values = await options.lookUp(batch.map((asked) => asked.key));
      batch.forEach((asked, index) => asked.resolve(values[index] as Value));
    } catch (error) {
      for (const asked of batch) asked.reject(error);
    }
  }

  return (key) =>
    new Promise<Value>((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      setImmediate(pump);
    });
}
