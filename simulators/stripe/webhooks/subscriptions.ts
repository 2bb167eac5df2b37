import type { Account } from '../store/account';

const none: readonly string[] = [];

/** The enabled endpoints of the account that asked for this type of event. */
export function endpointsFor(account: Account, type: string): readonly string[] {
  const endpoints = account.collections.webhook_endpoint;
  if (endpoints.size === 0) return none;
  const ids: string[] = [];
  for (const endpoint of endpoints) {
    if (endpoint.deleted === true || endpoint.status !== 'enabled') continue;
    if (endpoint.enabled_events.some((wanted) => wanted === '*' || wanted === type)) ids.push(endpoint.id);
  }
  return ids;
}
