import { type Journal, handleCommand } from '../../ports';
import type { RotateKey } from '../commands';
import { rotateKey as decide } from '../decide-merchant';
import type { MintKey, MintedKey } from '../mint-key';
import { type KeysIssued, withTexts } from './issued-keys';
import { type AccountsContext, asOperator, merchantAggregate, merchantStream } from './merchant-stream';

/**
 * Replaces a key by one of the same kind and side; both are good during the overlap.
 * Refusals: merchant_not_found, api_key_not_found, api_key_not_active, too_many_api_keys.
 * @throws VersionConflict when other processes are faster at every try
 */
export const rotateKey =
  (journal: Journal, mintKey: MintKey) =>
  async (command: RotateKey, context: AccountsContext): Promise<KeysIssued> => {
    const { merchantId } = command;
    // Each try mints again, since only the state tells the kind; the last try is the one that was written.
    let minted: readonly MintedKey[] = [];
    const handled = await handleCommand(
      journal,
      merchantAggregate,
      merchantStream(merchantId),
      (merchant) =>
        decide(merchant, command, ({ kind, livemode }) => {
          const replacement = mintKey({ merchantId, kind, livemode });
          minted = [replacement];
          return replacement.key;
        }),
      asOperator(context),
    );
    return withTexts(handled, minted);
  };
