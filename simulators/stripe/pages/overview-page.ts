import { display } from '../money/currencies';
import type { EventState } from '../store/account';
import type { PaymentIntentState } from '../resources/payment-intent-state';
import { escapeHtml, page } from './page';

export interface Overview {
  readonly payments: readonly PaymentIntentState[];
  readonly events: readonly EventState[];
  readonly faults: readonly object[];
  readonly pendingWebhooks: number;
}

const time = (created: number): string =>
  `${new Date(created * 1_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** What happened lately, for a developer's eyes. */
export function overviewPage({ payments, events, faults, pendingWebhooks }: Overview): string {
  return page(
    'Overview',
    `<h1>Stripe simulator</h1>
<p class="dim">Test money only. Point the official <code>stripe</code> client here with its <code>host</code>, <code>port</code> and <code>protocol</code> options and any <code>sk_test_…</code> key. Figures: <a href="/simulator/stats">/simulator/stats</a>.</p>
<h2>Latest payments</h2>${table({ name: 'Latest payments', headings: ['Created', 'PaymentIntent', 'Amount', 'Status', 'Description'], rows: payments.map(paymentRow), empty: 'No payment yet.' })}
<h2>Latest events</h2><p class="dim">${pendingWebhooks} ${pendingWebhooks === 1 ? 'webhook waits' : 'webhooks wait'} for delivery.</p>${table({ name: 'Latest events', headings: ['Created', 'Event', 'Type', 'Object'], rows: events.map(eventRow), empty: 'No event yet.' })}
<h2>Faults</h2>${faults.length === 0 ? '<p>None: everything answers as it should.</p>' : `<ul>${faults.map((fault) => `<li><code>${escapeHtml(JSON.stringify(fault))}</code></li>`).join('')}</ul>`}`,
  );
}

interface Table {
  readonly name: string;
  readonly headings: readonly string[];
  /** HTML whose texts have been escaped. */
  readonly rows: readonly string[];
  /** Said where there are none. */
  readonly empty: string;
}

/** On a narrow screen a table scrolls sideways, by the keyboard too. */
function table({ name, headings, rows, empty }: Table): string {
  if (rows.length === 0) return `<p>${escapeHtml(empty)}</p>`;
  const head = headings.map((heading) => `<th scope="col">${escapeHtml(heading)}</th>`).join('');
  return `<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const row = (...cells: readonly string[]): string =>
  `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

const paymentRow = (intent: PaymentIntentState): string =>
  row(
    time(intent.created),
    `<code>${escapeHtml(intent.id)}</code>`,
    `${escapeHtml(display(intent.amount, intent.currency))} ${escapeHtml(intent.currency.toUpperCase())}`,
    intent.status === 'requires_action' && intent.redirect !== null
      ? `<a href="/simulator/3ds/${escapeHtml(intent.id)}">requires_action</a>`
      : escapeHtml(intent.status),
    escapeHtml(intent.description ?? ''),
  );

const eventRow = (event: EventState): string =>
  row(
    time(event.created),
    `<code>${escapeHtml(event.id)}</code>`,
    escapeHtml(event.type),
    `<code>${escapeHtml(event.state.id)}</code>`,
  );
