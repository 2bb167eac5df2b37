import { type MerchantId, operatorTenant, parseId } from '../../kernel';
import type { Aggregate, CommandContext, Handled } from '../../ports';
import { merchantCodec } from '../codec';
import type { AccountErrorCode } from '../errors';
import type { MerchantEvent } from '../events';
import { type Merchant, merchantDecider } from '../merchant';

const streamPrefix = 'merchant-';

export const merchantStream = (merchantId: MerchantId): string => `${streamPrefix}${merchantId}`;

/** Whose stream it is; null for the stream of anything else. */
export const merchantOfStream = (stream: string): MerchantId | null =>
  stream.startsWith(streamPrefix) ? parseId('mer', stream.slice(streamPrefix.length)) : null;

export const merchantAggregate: Aggregate<Merchant, MerchantEvent> = {
  decider: merchantDecider,
  codec: merchantCodec,
};

/** Merchants are the operator's records, no matter who asks: the tenant is not the caller's to choose. */
export type AccountsContext = Omit<CommandContext<Merchant>, 'tenant'>;

export const asOperator = (context: AccountsContext): CommandContext<Merchant> => ({
  ...context,
  tenant: operatorTenant,
});

export type MerchantHandled = Handled<Merchant, AccountErrorCode>;
