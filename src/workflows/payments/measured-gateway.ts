import type { Clock } from '../../core/kernel';
import type { Metrics, PspGateway } from '../../core/ports';
import { type ProviderCall, observedGateway } from './observed-gateway';

/** The same PSP, with each authorization counted by how it ended, and every request for money timed. */
export const measuredGateway = (gateway: PspGateway, metrics: Metrics, clock: Clock): PspGateway =>
  observedGateway(gateway, (call) => measure(call, metrics), clock);

function measure({ operation, outcome, elapsedMs }: ProviderCall, metrics: Metrics): void {
  if (operation === 'findPayment' || operation === 'findRefund') return;
  metrics.record('PspCallMilliseconds', elapsedMs);
  if (outcome === 'unavailable') metrics.record('PspUnavailable');
  if (operation !== 'authorize') return;
  // An outcome that only the payer or time decides is not counted: it says nothing about the provider.
  if (outcome === 'authorized') metrics.record('PspApproved');
  if (outcome === 'failed') metrics.record('PspDeclined');
  if (outcome === 'unknown') metrics.record('PspUnknown');
}
