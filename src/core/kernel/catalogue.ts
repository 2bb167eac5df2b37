/** One row of the error catalogue. The HTTP status is the API's business and stands there. */
export interface CatalogueEntry {
  /** What happened, in general. */
  readonly meaning: string;
  /** Whether the same request can succeed later without a change. */
  readonly retry: 'no' | 'later' | 'same_key';
  /** What the caller does next. */
  readonly remedy: string;
}

export type Catalogue<Code extends string> = Readonly<Record<Code, CatalogueEntry>>;
