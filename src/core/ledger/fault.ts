import type { Difference, TenantId } from '../kernel';
import type { AccountId } from '../ports';

/** Which row of a tenant's books is wrong. */
export type FaultPlace =
  | { readonly kind: 'entry'; readonly sequence: number }
  | { readonly kind: 'account'; readonly accountId: AccountId }
  /** The row that says where the chain ends. */
  | { readonly kind: 'head' }
  /** The tenant's transactions as a whole. */
  | { readonly kind: 'transactions' };

/** The first place where the books contradict themselves. */
export interface LedgerFault extends Difference {
  readonly tenant: TenantId;
  readonly place: FaultPlace;
}

/** One sentence for the operator. */
export const describeFault = ({ tenant, place, field, stored, expected }: LedgerFault): string =>
  `${tenant}, ${describePlace(place)}: ${field} is ${stored}, expected ${expected}`;

function describePlace(place: FaultPlace): string {
  switch (place.kind) {
    case 'entry':
      return `entry ${place.sequence.toString()}`;
    case 'account':
      return `account ${place.accountId}`;
    case 'head':
      return 'head of the chain';
    case 'transactions':
      return 'transactions';
  }
}
