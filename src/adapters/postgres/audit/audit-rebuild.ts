import type { Reader, RebuildableReader } from '../../../core/ports';
import { withClient } from '../with-client';
import { resetEffects } from './queries/reset-effects';

export interface AuditRebuildOptions {
  /** The audit's reader: what it derives again is what it derived the first time. */
  readonly reader: Reader;
  /** The owner of the schema. The application's role may not delete, so no bug of the application can do this. */
  readonly ownerConnectionString: string;
  /** How long a batch in progress is waited for. @default 30000 */
  readonly lockTimeoutMs?: number;
  /** How long the removal may take. @default 600000 */
  readonly statementTimeoutMs?: number;
}

/** The reader with the operator's power to derive every effect again. Refusals, which nothing could restore, stay. */
export const rebuildableAudit = (options: AuditRebuildOptions): RebuildableReader => ({
  ...options.reader,
  async reset() {
    const config = {
      connectionString: options.ownerConnectionString,
      application_name: 'fincore-audit-rebuild',
      connectionTimeoutMillis: 10_000,
      lock_timeout: options.lockTimeoutMs ?? 30_000,
      statement_timeout: options.statementTimeoutMs ?? 600_000,
    };
    await withClient(config, resetEffects);
  },
});
