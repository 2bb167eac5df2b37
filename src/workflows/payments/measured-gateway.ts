import type { Clock } from '../../core/kernel';
import type { MetricName, Metrics, PspGateway } from '../../core/ports';
import { type ProviderCall, observedGateway } from './observed-gateway';

/** The same PSP, with each authorization counted by how it ended, and every request for money timed. */
export const measuredGateway = (gateway: PspGateway, metrics: Metrics, clock: Clock): PspGateway =>
  observedGateway(gateway, (call) => measure(call, metrics), clock);

/** What only the payer or time decides is counted by nobody: it says nothing about the PSP. */
const counted: Readonly<Record<string, MetricName>> = {
  authorized: 'PspApproved',
  failed: 'PspDeclined',
  unknown: 'PspUnknown',
};

function measure({ operation, outcome, elapsedMs }: ProviderCall, metrics: Metrics): void {
  if (operation === 'findPayment' || operation === 'findRefund') return;
  metrics.record('PspCallMilliseconds', elapsedMs);
  if (outcome === 'unavailable') metrics.record('PspUnavailable');
  const name = operation === 'authorize' ? counted[outcome] : undefined;
  if (name !== undefined) metrics.record(name);
}
