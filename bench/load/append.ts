import { randomUUID } from 'node:crypto';
import { operatorTenant } from '../../src/core/kernel';
import { type Append, type Journal, toStream } from '../../src/core/ports';

/** The event that all measurements of the journal append. */
export const appendedData = {
  amount: { amountMinor: '1999', currency: 'EUR' },
  paymentToken: 'tok_visa',
  captureMethod: 'automatic',
  description: 'Order 4711',
  metadata: { order: '4711' },
} as const;

export const newAppend = (): Append =>
  toStream({
    tenant: operatorTenant,
    stream: `bench-${randomUUID()}`,
    expectedVersion: 0,
    events: [{ type: 'ChargeCreated', schemaVersion: 1, data: appendedData }],
    metadata: { actor: 'bench', correlationId: 'bench' },
  });

/** Many callers, each with one append after the other. @returns appends per second */
export async function appendsPerSecond(
  append: () => Promise<unknown>,
  load: { readonly callers: number; readonly seconds: number },
): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + load.seconds * 1_000;
  let count = 0;
  await Promise.all(
    Array.from({ length: load.callers }, async () => {
      while (performance.now() < until) {
        await append();
        count += 1;
      }
    }),
  );
  return count / ((performance.now() - startedAt) / 1_000);
}

/** @throws when the journal does not take it */
export async function appendOne(journal: Journal): Promise<void> {
  const outcome = await journal.append(newAppend());
  if (outcome.kind !== 'appended') throw new Error(`an append is ${outcome.kind}`);
}
