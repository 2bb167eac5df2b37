import type { JsonObject, TenantId } from '../../../../core/kernel';
import type { EventMetadata, RecordedEvent } from '../../../../core/ports';

/** The columns of an event, in the form that `toRecordedEvent` reads. */
export const eventColumns =
  'partition, position, tenant, stream, version, type, schema_version, data, metadata, floor(extract(epoch FROM recorded_at) * 1000)::double precision AS recorded_at_ms';

export interface EventRow {
  readonly partition: number;
  readonly position: string;
  readonly tenant: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
  readonly recorded_at_ms: number;
}

export const toRecordedEvent = (row: EventRow): RecordedEvent => ({
  partition: row.partition,
  position: Number(row.position),
  tenant: row.tenant as TenantId,
  stream: row.stream,
  version: row.version,
  type: row.type,
  schemaVersion: row.schema_version,
  data: row.data,
  metadata: row.metadata,
  recordedAt: row.recorded_at_ms,
});
