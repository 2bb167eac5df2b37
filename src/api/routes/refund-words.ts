import { type Static, Type } from '@sinclair/typebox';
import { type RefundFilter, refundReasons } from '../../core/payments';
import { operationStatuses } from '../resources/charge';
import { Metadata } from '../resources/metadata';
import { nullable, oneOf } from '../resources/schema-parts';
import { chargeIdOf, partOfCharge } from './charge-words';
import { namedById } from './named-by-id';
import { paymentFilters, toPaymentFilter } from './payment-filters';

const chargeExampleId = 'ch_06f4q8xk3v7m2n9r5t1w0y8z4b';

export const RefundBody = Type.Object(
  {
    charge: Type.String({ maxLength: 64, examples: [chargeExampleId] }),
    ...partOfCharge,
    reason: Type.Optional(nullable(oneOf(refundReasons))),
    metadata: Type.Optional(Metadata),
  },
  {
    additionalProperties: false,
    dependentRequired: { currency: ['amount'] },
    examples: [{ charge: chargeExampleId, amount: 500, reason: 'requested_by_customer' }],
  },
);

export const {
  Path: RefundPath,
  idOf: refundIdOf,
  notFound: refundNotFound,
} = namedById('re', {
  code: 'refund_not_found',
  noun: 'refund',
  example: 're_06f4q8zm5x9p4q1t7v3y2a0b6d',
});

export const RefundListQuery = Type.Object(
  {
    ...paymentFilters(operationStatuses),
    charge: Type.Optional(Type.String({ maxLength: 64, description: 'Only refunds of this charge.' })),
  },
  { additionalProperties: false },
);

export const toRefundFilter = (query: Static<typeof RefundListQuery>): RefundFilter => ({
  ...toPaymentFilter(query),
  ...(query.charge === undefined ? {} : { chargeId: chargeIdOf(query.charge, '/charge') }),
});
