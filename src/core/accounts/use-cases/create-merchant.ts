import { type Journal, handleCreation } from '../../ports';
import type { CreateMerchant } from '../commands';
import { createMerchant as decide } from '../decide-merchant';
import type { MintKey } from '../mint-key';
import { type KeysIssued, withTexts } from './issued-keys';
import { type AccountsContext, asOperator, merchantAggregate, merchantStream } from './merchant-stream';

/** One key of each kind for each side, in the order in which they are shown. */
const firstKeys = [
  { kind: 'secret', livemode: false },
  { kind: 'publishable', livemode: false },
  { kind: 'secret', livemode: true },
  { kind: 'publishable', livemode: true },
] as const;

/**
 * Makes a merchant and its first four keys, all or nothing. Idempotent by the context's key; one append, no read.
 * @throws VersionConflict when the id is taken
 */
export const createMerchant =
  (journal: Journal, mintKey: MintKey) =>
  async (command: CreateMerchant, context: AccountsContext): Promise<KeysIssued> => {
    const { merchantId } = command;
    const minted = firstKeys.map((terms) => mintKey({ merchantId, ...terms }));
    const handled = await handleCreation(
      journal,
      merchantAggregate,
      merchantStream(merchantId),
      (merchant) =>
        decide(
          merchant,
          command,
          minted.map(({ key }) => key),
        ),
      asOperator(context),
    );
    return withTexts(handled, minted);
  };
