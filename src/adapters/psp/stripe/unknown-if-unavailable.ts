import { PspUnavailable, type PspUnknown } from '../../../core/ports';

/**
 * Settles a request by a look-up. When the look-up cannot be made, the request's outcome is open: to throw
 * would claim that it had no effect.
 */
export async function unknownIfUnavailable<Outcome>(
  settle: () => Promise<Outcome>,
): Promise<Outcome | PspUnknown> {
  try {
    return await settle();
  } catch (error) {
    if (!(error instanceof PspUnavailable)) throw error;
    return {
      kind: 'unknown',
      reason: `Stripe did not carry out the request as asked, and then: ${error.message}`,
    };
  }
}
