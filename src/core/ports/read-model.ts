import type { Page, PageRequest, Range, Result, TenantId } from '../kernel';
import type { RecordedEvent } from './journal';

/** A value that lists are filtered by, beside the row itself. */
export interface ReadColumn<Row> {
  readonly type: 'text' | 'bigint';
  /** Whether the value stays as it is once the row is written; only the others are written again. */
  readonly isFixed: boolean;
  valueOf(row: Row): string | bigint | null;
}

/**
 * A table of a read model. Each row is kept whole as JSON, with its id, tenant and time of creation, and the columns
 * that lists filter by. Lists go newest first, by time of creation and id.
 */
export interface ReadTable<Row> {
  readonly name: string;
  /** The column of the id, for example `charge_id`. */
  readonly key: string;
  /** What a row is, for example `charge`; the metadata index uses the word as well. */
  readonly object: string;
  readonly columns: Readonly<Record<string, ReadColumn<Row>>>;
  /** Whether rows can be found by their metadata. */
  readonly hasMetadata: boolean;
  idOf(row: Row): string;
  tenantOf(row: Row): TenantId;
  /** Milliseconds since the epoch; never changes. */
  createdAtOf(row: Row): number;
  /** Never changes. Empty where the table has none. */
  metadataOf(row: Row): Readonly<Record<string, string>>;
}

/** Rows that a stream's row implies, in a table of their own: the refunds of a charge. */
export interface ReadPart<Row, Part> {
  readonly table: ReadTable<Part>;
  /** The column that holds the id of the row that implies these. */
  readonly owner: string;
  /** Those that differ between two states of the row; all of them where there was none. */
  changedIn(before: Row | null, after: Row): readonly Part[];
}

/** Makes a row of each event, of any stream, in place of one of each stream. Such a row never changes. */
export interface RowPerEvent {
  /** The id of the row; null for an event that has none. */
  idOf(recorded: RecordedEvent): string | null;
  /** The column that names the event's stream. */
  readonly streamColumn: string;
}

/**
 * What lists and searches read of one kind of stream: one row for each stream, which is the fold of its events up to
 * the version that it shows, and the rows that it implies.
 */
export interface ReadModel<Row, Part = never> {
  /** The schema, which is also the reader's name. */
  readonly name: string;
  /** What the streams' names begin with; the rest is the row's id. Empty with {@link rowPerEvent}. */
  readonly prefix: string;
  /** @default a row for each stream */
  readonly rowPerEvent?: RowPerEvent;
  readonly table: ReadTable<Row>;
  readonly parts: readonly ReadPart<Row, Part>[];
  versionOf(row: Row): number;
  project(row: Row | null, recorded: RecordedEvent): Row;
}

/** What a row must be to be listed; every part that is present must hold. Names are those of the table's columns. */
export interface RowFilter {
  readonly equal?: Readonly<Record<string, string>>;
  /** One of these; an empty list matches nothing. */
  readonly oneOf?: { readonly column: string; readonly values: readonly string[] };
  readonly within?: Readonly<Record<string, Range<bigint>>>;
  /** Milliseconds since the epoch. */
  readonly createdAt?: Range<number>;
  /** Every one of these keys with exactly this value. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export type PageErrorCode = 'cursor_not_found';
export type PageResult<Row> = Result<Page<Row>, PageErrorCode>;

/**
 * The rows of one table. A tenant sees only its own; another tenant's id is an unknown one. A cursor stays valid while
 * rows change, whether or not its own row matches the filter.
 */
export interface RowQueries<Row> {
  /** Refusal: cursor_not_found. */
  list(tenant: TenantId, filter: RowFilter, page: PageRequest<string>): Promise<PageResult<Row>>;
  /** Those of these rows that the tenant has, in no order. */
  find(tenant: TenantId, ids: readonly string[]): Promise<readonly Row[]>;
}

/** A row with its columns as they are stored, which the verification compares with the journal. */
export interface StoredRow<Row> {
  readonly row: Row;
  /** The columns as they are stored, by name. */
  readonly columns: Readonly<Record<string, string | null>>;
}
