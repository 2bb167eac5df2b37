import type { UnitOfWork } from '../store/unit-of-work';
import type { Snapshot } from '../store/kinds';
import type { Parameters } from '../wire/parameters';

/** One authenticated request on its way through a handler. */
export interface Call {
  readonly unit: UnitOfWork;
  readonly parameters: Parameters;
  /** The id in the path; empty where the route has none. */
  readonly id: string;
  /** The second id in the path, such as the payment method of a customer. */
  readonly secondId: string;
  readonly keyKind: 'publishable' | 'secret';
  /** Where the payer's browser finds the simulator's own pages. */
  readonly publicUrl: string;
}

/** A stored object is answered by its state, anything else by its value. */
export type Reply = { readonly value: object } | Snapshot;

export interface Route {
  readonly method: 'DELETE' | 'GET' | 'POST';
  /** Such as `/v1/refunds/:id/cancel`. */
  readonly path: string;
  readonly parameters: ReadonlySet<string>;
  /** Publishable keys may call it too: browsers make tokens and confirm with a client secret. */
  readonly isPublic?: true;
  readonly handle: (call: Call) => Reply;
}

export const names = (list = ''): ReadonlySet<string> =>
  new Set(['expand', ...list.split(' ').filter((name) => name !== '')]);

/** The parameters that every list understands. */
export const listNames = (list = ''): ReadonlySet<string> =>
  names(`limit starting_after ending_before created ${list}`);
