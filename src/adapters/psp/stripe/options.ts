import type { Clock } from '../../../core/kernel';

export interface StripeGatewayOptions {
  readonly secretKey: string;
  /** Tells the payments of this installation from those of another one on the same account of Stripe. */
  readonly installation: string;
  /** All that are valid now: two while one replaces the other. A function is asked at each notice. */
  readonly webhookSecrets: readonly string[] | (() => readonly string[]);
  /** Where the payer's browser goes after 3-D Secure. Stripe offers a page to redirect to only if it knows the way back. */
  readonly returnUrl: string;
  /** @default api.stripe.com */
  readonly host?: string;
  /** @default 443 */
  readonly port?: number;
  /** @default https */
  readonly protocol?: 'http' | 'https';
  /** Bounds each request to Stripe, from the moment it has a connection. */
  readonly timeoutMs: number;
  /** Requests on the wire at once. As many again wait; beyond that the gateway is unavailable. */
  readonly maxConnections: number;
  readonly breaker?: BreakerOptions;
  /** @default Date.now */
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
  /** Called when the breaker changes its state, and once at the start. */
  readonly onBreaker?: (state: BreakerState) => void;
}

/** `open`: nothing is sent. `half_open`: one request tries whether Stripe answers. */
export type BreakerState = 'closed' | 'open' | 'half_open';

interface BreakerOptions {
  /** Failures in a row that are Stripe's or the network's, not the card's. @default 10 */
  readonly failures?: number;
  /** How long nothing is sent before one request probes. @default 5000 */
  readonly pauseMs?: number;
}
