import { type Journal, handleCommand } from '../../ports';
import type { RevokeKey } from '../commands';
import { revokeKey as decide } from '../decide-merchant';
import {
  type AccountsContext,
  type MerchantHandled,
  asOperator,
  merchantAggregate,
  merchantStream,
} from './merchant-stream';

/**
 * Refuses a key from now on, in its overlap too. Revoking again changes nothing.
 * Refusals: merchant_not_found, api_key_not_found.
 * @throws VersionConflict when other processes are faster at every try
 */
export const revokeKey =
  (journal: Journal) =>
  (command: RevokeKey, context: AccountsContext): Promise<MerchantHandled> =>
    handleCommand(
      journal,
      merchantAggregate,
      merchantStream(command.merchantId),
      (merchant) => decide(merchant, command),
      asOperator(context),
    );
