import type { Provider, PspGateway } from '../core/ports';

/** A charge whose provider is configured no longer waits for it, and never reaches another one. */
export function assertProvider(provider: Provider, { name }: PspGateway): void {
  if (provider !== name) throw new Error(`the provider ${provider} is not configured here; ${name} is`);
}
