import { createMemoryAudit } from '../../../src/adapters/memory/audit';
import { createSeededIds } from '../../../src/adapters/memory/ids';
import { auditContract } from './audit.contract';

auditContract('memory', () => {
  const audit = createMemoryAudit({ ids: createSeededIds() });
  return Promise.resolve({ ...audit, another: audit.reader, close: () => Promise.resolve() });
});
