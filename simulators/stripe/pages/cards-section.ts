import { declineOf } from '../cards/declines';
import type { Authentication, DisputeKind, TestCard } from '../cards/test-card';
import { testCards } from '../cards/test-cards';
import { escapeHtml } from './page';
import { table } from './table';

/** The rows that a developer needs first, one for each outcome. */
const chosen = [
  'visa',
  'mastercard',
  'amex',
  'visa_chargeDeclined',
  'visa_chargeDeclinedInsufficientFunds',
  'chargeDeclinedExpiredCard',
  'radarBlock',
  'authenticationRequired',
  'threeDSecureRequiredChargeDeclined',
  'pendingRefund',
  'refundFail',
  'createDispute',
];

/** The test cards with what each of them does. */
export function cardsSection(): string {
  const first = chosen.flatMap((row) => testCards.find((card) => card.row === row) ?? []);
  const others = testCards.filter((card) => !first.includes(card));
  return `<section aria-labelledby="cards"><h2 id="cards">Test cards</h2>
<p class="dim">By number, or as a payment method (<code>pm_card_…</code>) and a token (<code>tok_…</code>) of the same name. Any later date and any security code do.</p>
${cardTable('Test cards', first)}
<details><summary>${others.length} more: brands, countries, checks, 3-D Secure, disputes, faults</summary>${cardTable('More test cards', others)}</details></section>`;
}

const cardTable = (name: string, cards: readonly TestCard[]): string =>
  table({
    name,
    columns: [
      { heading: 'Number', look: 'short' },
      { heading: 'Payment method' },
      { heading: 'Card' },
      { heading: 'What happens' },
    ],
    rows: cards.map((card) => [
      `<code class="pick">${grouped(card.number)}</code>`,
      nameOf(card),
      escapeHtml(`${card.brand} ${card.funding}, ${card.country}`),
      escapeHtml(behaviorOf(card)),
    ]),
    empty: 'No card.',
  });

const nameOf = ({ paymentMethods, tokens }: TestCard): string => {
  const name = paymentMethods[0] ?? tokens[0];
  return name === undefined ? '' : `<code class="pick">${escapeHtml(name)}</code>`;
};

const grouped = (number: string): string =>
  number.length === 15
    ? number.replace(/(\d{4})(\d{6})(\d{5})/, '$1 $2 $3')
    : number.replaceAll(/(\d{4})(?=\d)/g, '$1 ');

const authentications: Readonly<Record<Authentication, string>> = {
  always: 'Asks for 3-D Secure.',
  unless_set_up: 'Asks for 3-D Secure until it is set up for later payments.',
  on_session: 'Asks for 3-D Secure while the payer is there.',
  lookup_fails: 'Its 3-D Secure fails, so it is declined.',
};

const disputes: Readonly<Record<DisputeKind, string>> = {
  compliance: 'Paid, then disputed for a rule of the network.',
  fraudulent: 'Paid, then disputed as fraudulent.',
  inquiry: 'Paid, then asked about by the bank.',
  product_not_received: 'Paid, then disputed: not received.',
  twice: 'Paid, then disputed twice.',
};

function behaviorOf(card: TestCard): string {
  const parts = [
    card.row.startsWith('simulator_') ? `Brings the fault ${card.row.slice('simulator_'.length)}.` : '',
    card.authentication === undefined ? '' : authentications[card.authentication],
    card.decline === undefined ? '' : `Declined: ${declineOf(card.decline).message}`,
    card.dispute === undefined ? '' : disputes[card.dispute],
    card.refund === 'fails_later' ? 'Paid; a refund succeeds and then fails.' : '',
    card.refund === 'pending_first' ? 'Paid; a refund is pending at first.' : '',
    card.risk === undefined || card.decline !== undefined ? '' : `Paid, with ${card.risk} risk.`,
    card.checks === undefined ? '' : `Checks: ${checksOf(card.checks)}.`,
    card.bypassesPending === true ? 'Paid; the money is available at once.' : '',
    card.fraudWarning === true ? 'Paid, then reported by the bank as fraud.' : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'Succeeds.' : parts.join(' ');
}

const checksOf = (checks: NonNullable<TestCard['checks']>): string =>
  Object.entries(checks)
    .map(([name, outcome]) => `${name} ${outcome}`)
    .join(', ');
