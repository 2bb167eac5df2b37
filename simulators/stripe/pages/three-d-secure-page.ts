import { display } from '../money/currencies';
import type { PaymentIntentState } from '../resources/payment-intent-state';
import { page, escapeHtml } from './page';

/** Stands in for the bank's challenge: two buttons, usable by keyboard and screen reader. */
export function threeDSecurePage(intent: PaymentIntentState): string {
  const amount = `${display(intent.amount, intent.currency)} ${intent.currency.toUpperCase()}`;
  if (intent.status !== 'requires_action') {
    return page(
      'Authentication',
      `<h1>Nothing to authenticate</h1><p>This payment is <strong>${escapeHtml(intent.status)}</strong>.</p>`,
    );
  }
  return page(
    'Authentication',
    `<h1>3D Secure test page</h1>
<p>Your bank asks you to confirm a payment of <strong>${escapeHtml(amount)}</strong>${intent.description === null ? '' : ` for ${escapeHtml(intent.description)}`}.</p>
<form method="post" action="/simulator/3ds/${escapeHtml(intent.id)}">
<p><button type="submit" name="outcome" value="succeed">Complete authentication</button>
<button type="submit" name="outcome" value="fail" class="secondary">Fail authentication</button></p>
</form>`,
  );
}

export const noSuchPaymentPage = (): string =>
  page(
    'Authentication',
    '<h1>No such payment</h1><p>The link is wrong, or the payment belongs to another simulator.</p>',
  );
