import { operatorTenant } from '../../../src/core/kernel';
import type { TransferJournal, Transferred } from './transferred';

/** What a client was told in the end. */
export interface TransferAnswer {
  readonly key: string;
  readonly event: Transferred;
  readonly answer: 'done' | 'refused';
}

/** Adds the events up with rules of its own. @returns what was broken, each with the number of its invariant */
export async function auditTransfers(
  records: TransferJournal,
  answers: readonly TransferAnswer[],
): Promise<readonly string[]> {
  const broken: string[] = [];
  const sums = new Map<string, number>();
  const written = new Map<string, number>();
  for (const { type, data, metadata, position } of await records.read(0, Number.MAX_SAFE_INTEGER)) {
    if (type !== 'Transferred') continue;
    const [from, to, minor] = [data.from as string | null, data.to as string, Number(data.minor)];
    written.set(metadata.correlationId, (written.get(metadata.correlationId) ?? 0) + 1);
    sums.set(to, (sums.get(to) ?? 0) + minor);
    if (from === null) continue;
    const left = (sums.get(from) ?? 0) - minor;
    sums.set(from, left);
    if (left < 0) broken.push(`[14] ${from} is ${String(left)} after position ${String(position)}`);
  }
  for (const [balance, sum] of sums) {
    const stored = await records.readBalance(operatorTenant, balance);
    if (stored !== BigInt(sum))
      broken.push(`[14] ${balance} is ${String(stored)}, and its events say ${String(sum)}`);
  }
  for (const { key, answer } of answers) {
    const times = written.get(key) ?? 0;
    if (times !== (answer === 'done' ? 1 : 0))
      broken.push(`[9] ${key} was ${answer}, and is written ${String(times)} times`);
  }
  return broken;
}
