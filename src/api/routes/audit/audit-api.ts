import type { ApiContext } from '../../api-context';
import { auditRoutes } from './audit';
import { AuditEntrySchema } from './audit-entry-resource';

export const auditApi: ApiContext = {
  tags: [{ name: 'Audit', description: 'Who did what, and when.' }],
  schemas: [AuditEntrySchema],
  routes: [auditRoutes],
};
