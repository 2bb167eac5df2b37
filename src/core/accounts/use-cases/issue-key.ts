import { type Journal, handleCommand } from '../../ports';
import type { IssueKey } from '../commands';
import { issueKey as decide } from '../decide-merchant';
import type { MintKey } from '../mint-key';
import { type KeysIssued, withTexts } from './issued-keys';
import { type AccountsContext, asOperator, merchantAggregate, merchantStream } from './merchant-stream';

/**
 * Gives the merchant one more key. Refusals: merchant_not_found, too_many_api_keys.
 * @throws VersionConflict when other processes are faster at every try
 */
export const issueKey =
  (journal: Journal, mintKey: MintKey) =>
  async (command: IssueKey, context: AccountsContext): Promise<KeysIssued> => {
    const { merchantId, kind, livemode } = command;
    const minted = mintKey({ merchantId, kind, livemode });
    const handled = await handleCommand(
      journal,
      merchantAggregate,
      merchantStream(merchantId),
      (merchant) => decide(merchant, command, minted.key),
      asOperator(context),
    );
    return withTexts(handled, [minted]);
  };
