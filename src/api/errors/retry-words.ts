import type { CatalogueEntry } from '../../core/kernel';

/** How the catalogue's three kinds of retry read. */
export const retryWords = {
  no: 'Not without a change.',
  later: 'Later, when the state has changed.',
  same_key: 'Yes: the same request with the same Idempotency-Key.',
} as const satisfies Readonly<Record<CatalogueEntry['retry'], string>>;
