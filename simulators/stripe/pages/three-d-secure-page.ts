import { escapeHtml, smallPage } from './page';

/** What the payer is asked to confirm. */
export interface Challenge {
  readonly id: string;
  readonly status: string;
  /** Such as `a payment of $20.00 USD`. */
  readonly subject: string;
}

/** Stands in for the bank's challenge: two buttons, usable by keyboard and screen reader. */
export function threeDSecurePage({ id, status, subject }: Challenge): string {
  if (status !== 'requires_action') {
    return smallPage(
      'Authentication',
      `<h1>Nothing to authenticate</h1><p>Its status is <strong>${escapeHtml(status)}</strong>.</p>`,
    );
  }
  return smallPage(
    'Authentication',
    `<h1>3D Secure test page</h1>
<p>Your bank asks you to confirm <strong>${escapeHtml(subject)}</strong>.</p>
<form method="post" action="/simulator/3ds/${escapeHtml(id)}">
<p><button type="submit" name="outcome" value="succeed">Complete authentication</button>
<button type="submit" name="outcome" value="fail" class="secondary">Fail authentication</button></p>
</form>`,
  );
}

export const noSuchPaymentPage = (): string =>
  smallPage(
    'Authentication',
    '<h1>No such payment</h1><p>The link is wrong, or the payment belongs to another simulator.</p>',
  );
