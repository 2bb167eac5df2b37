import type { TenantId } from '../kernel';

/** What the journal cannot show because nothing happened: a refusal, a denial. */
export interface AuditRefusal {
  readonly tenant: TenantId | null;
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
  readonly outcome: 'refused' | 'denied';
  readonly code: string;
  readonly requestId: string;
  readonly clientAddress: string;
  readonly occurredAt: number;
  /** How many refusals of this kind these facts stand for; they are those of the last one. @default 1 */
  readonly count?: number;
}

/** Takes refusals without delaying the answer; bounded, written in batches, flushed on close. */
export interface AuditLog {
  record(refusal: AuditRefusal): void;
  close(): Promise<void>;
}
