/** What was opened, closed in the reverse order; a failed close does not keep the rest open. */
export type Opened = (() => unknown)[];

export async function closeAll(opened: Opened): Promise<void> {
  const failures: unknown[] = [];
  for (const close of opened.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed cleanly');
}

/**
 * Opens what a program consists of. What fails on the way closes what was open by then.
 * @param open puts a way to close on the list for everything that it opens
 */
export async function openAll<Value>(
  open: (opened: Opened) => Promise<Value>,
): Promise<{ readonly value: Value; readonly stop: () => Promise<void> }> {
  const opened: Opened = [];
  let stopping: Promise<void> | null = null;
  const stop = () => (stopping ??= closeAll(opened));
  try {
    return { value: await open(opened), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
