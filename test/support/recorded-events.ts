import { operatorTenant } from '../../src/core/kernel';
import type { RecordedEvent } from '../../src/core/ports';

/** Events at positions 1 … count, one stream each. */
export const recordedEvents = (count: number): RecordedEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    partition: 1,
    position: index + 1,
    tenant: operatorTenant,
    stream: `test-${String(index + 1)}`,
    version: 1,
    type: 'Tested',
    schemaVersion: 1,
    data: { n: index + 1 },
    metadata: { actor: 'test', correlationId: 'c' },
    recordedAt: 1_000 + index,
  }));
