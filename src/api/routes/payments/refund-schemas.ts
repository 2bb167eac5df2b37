import { type Static, Type } from '@sinclair/typebox';
import { type RefundFilter, refundReasons } from '../../../core/payments';
import { chargeExample, operationStatuses } from './charge-resource';
import { Metadata } from '../../resources/metadata';
import { refundExample } from './refund-resource';
import { nullable, oneOf } from '../../resources/schema-parts';
import { chargeIdOf, partOfCharge } from './charge-schemas';
import { namedById } from './named-by-id';
import { paymentFilters, toPaymentFilter } from './payment-filters';
import { expandsCharge } from './refund-expansion';

export const RefundBody = Type.Object(
  {
    charge: Type.String({ maxLength: 64, examples: [chargeExample.id] }),
    ...partOfCharge,
    reason: Type.Optional(nullable(oneOf(refundReasons))),
    metadata: Type.Optional(Metadata),
  },
  {
    additionalProperties: false,
    dependentRequired: { currency: ['amount'] },
    examples: [{ charge: chargeExample.id, amount: 500, reason: 'requested_by_customer' }],
  },
);

export const {
  Path: RefundPath,
  idOf: refundIdOf,
  notFound: refundNotFound,
} = namedById('re', {
  code: 'refund_not_found',
  noun: 'refund',
  example: refundExample.id,
});

/** Of one refund. */
export const RefundQuery = Type.Object(expandsCharge('charge'), { additionalProperties: false });

export const RefundListQuery = Type.Object(
  {
    ...expandsCharge('data.charge'),
    ...paymentFilters(operationStatuses),
    charge: Type.Optional(Type.String({ maxLength: 64, description: 'Only refunds of this charge.' })),
  },
  { additionalProperties: false },
);

export const toRefundFilter = (query: Static<typeof RefundListQuery>): RefundFilter => ({
  ...toPaymentFilter(query),
  ...(query.charge === undefined ? {} : { chargeId: chargeIdOf(query.charge, '/charge') }),
});
