import { display } from '../money/currencies';
import type { EventState } from '../store/account';
import type { PaymentIntentState } from '../resources/payment-intent-state';
import { cardsSection } from './cards-section';
import { faultsSection } from './faults-section';
import { escapeHtml, page } from './page';
import { table } from './table';

export interface Overview {
  readonly payments: readonly PaymentIntentState[];
  readonly paymentCount: number;
  readonly events: readonly EventState[];
  readonly faults: readonly object[];
  readonly pendingWebhooks: number;
  /** Why the data folder cannot be written at the moment. */
  readonly trouble: string | undefined;
}

const time = (created: number): string =>
  new Date(created * 1_000).toISOString().slice(0, 19).replace('T', ' ');

/** What happened lately, the faults to set and the cards to pay with, for a developer's eyes. */
export function overviewPage({
  payments,
  paymentCount,
  events,
  faults,
  pendingWebhooks,
  trouble,
}: Overview): string {
  return page(
    'Overview',
    `<a class="skip" href="#payments">To the payments</a>
<header><h1>Stripe simulator</h1>
<p class="dim">Test money only. Point the official <code>stripe</code> client here with its <code>host</code>, <code>port</code> and <code>protocol</code> options and any <code>sk_test_…</code> key. <a href="/simulator">Refresh</a> · <a href="/simulator/stats">Figures as JSON</a></p>
${trouble === undefined ? '' : `<ul class="active"><li role="alert">${escapeHtml(trouble)}</li></ul>`}
<ul class="tiles"><li><b>${paymentCount}</b>${paymentCount === 1 ? 'payment' : 'payments'}</li><li><b>${pendingWebhooks}</b>${pendingWebhooks === 1 ? 'webhook waits' : 'webhooks wait'}</li><li><b>${faults.length}</b>${faults.length === 1 ? 'fault set' : 'faults set'}</li></ul></header>
<main>
<section aria-labelledby="payments"><h2 id="payments">Latest payments</h2>${paymentTable(payments)}</section>
${faultsSection(faults)}
${cardsSection()}
<section aria-labelledby="events"><h2 id="events">Latest events</h2>${eventTable(events)}</section>
</main>`,
  );
}

const paymentTable = (payments: readonly PaymentIntentState[]): string =>
  table({
    name: 'Latest payments',
    columns: [
      { heading: 'Created (UTC)', look: 'short' },
      { heading: 'PaymentIntent', look: 'short' },
      { heading: 'Amount', look: 'amount' },
      { heading: 'Status', look: 'short' },
      { heading: 'Description' },
    ],
    rows: payments.map((intent) => [
      time(intent.created),
      `<code class="pick">${escapeHtml(intent.id)}</code>`,
      escapeHtml(`${display(intent.amount, intent.currency)} ${intent.currency.toUpperCase()}`),
      statusOf(intent),
      escapeHtml(intent.description ?? ''),
    ]),
    empty: 'No payment yet.',
  });

function statusOf(intent: PaymentIntentState): string {
  const waits = intent.status.startsWith('requires_');
  const badge = `<span class="badge${waits ? ' waiting' : ''}">${escapeHtml(intent.status)}</span>`;
  return intent.status === 'requires_action' && intent.redirect !== null
    ? `<span>${badge} <a href="/simulator/3ds/${escapeHtml(intent.id)}">authenticate</a></span>`
    : badge;
}

const eventTable = (events: readonly EventState[]): string =>
  table({
    name: 'Latest events',
    columns: [
      { heading: 'Created (UTC)', look: 'short' },
      { heading: 'Type' },
      { heading: 'Object', look: 'short' },
      { heading: 'Event', look: 'short' },
    ],
    rows: events.map((event) => [
      time(event.created),
      escapeHtml(event.type),
      `<code class="pick">${escapeHtml(event.state.id)}</code>`,
      `<code class="pick">${escapeHtml(event.id)}</code>`,
    ]),
    empty: 'No event yet.',
  });
