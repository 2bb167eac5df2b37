import { type TenantId, type WebhookEndpointId, isLive } from '../../kernel';
import {
  type Aggregate,
  type CommandContext,
  type Handled,
  type Journal,
  handleCommand,
  loadStream,
} from '../../ports';
import { webhookEndpointCodec } from '../codec';
import type { Decision, EndpointRules } from '../decide-endpoint';
import {
  type WebhookEndpoint,
  type WebhookEndpoints,
  endpointOf,
  webhookEndpointsDecider,
} from '../endpoints';
import type { WebhookErrorCode } from '../errors';
import type { WebhookEndpointEvent } from '../events';
import type { RefuseUrl } from '../ports';

export const webhookEndpointsPrefix = 'webhook-endpoints-';

/** One stream holds every endpoint of a tenant: one read tells who wants an event. */
export const webhookEndpointsStream = (tenant: TenantId): string => `${webhookEndpointsPrefix}${tenant}`;

const aggregate: Aggregate<WebhookEndpoints, WebhookEndpointEvent> = {
  decider: webhookEndpointsDecider,
  codec: webhookEndpointCodec,
};

export type WebhookContext = CommandContext<WebhookEndpoints>;
export type WebhooksHandled = Handled<WebhookEndpoints, WebhookErrorCode>;

export const handleWebhookCommand = (
  journal: Journal,
  decide: (endpoints: WebhookEndpoints) => Decision,
  context: WebhookContext,
): Promise<WebhooksHandled> =>
  handleCommand(journal, aggregate, webhookEndpointsStream(context.tenant), decide, context);

/** The tenant's endpoints as of the last committed event, oldest first. */
export const listWebhookEndpoints =
  (journal: Pick<Journal, 'readStream'>) =>
  async (tenant: TenantId): Promise<WebhookEndpoints> =>
    (await loadStream(journal, aggregate, tenant, webhookEndpointsStream(tenant))).state;

/** Null when the tenant has none such. */
export const findWebhookEndpoint =
  (journal: Pick<Journal, 'readStream'>) =>
  async (tenant: TenantId, endpointId: WebhookEndpointId): Promise<WebhookEndpoint | null> =>
    endpointOf(await listWebhookEndpoints(journal)(tenant), endpointId) ?? null;

/** What the installation allows. */
export interface WebhookRules {
  readonly knownTypes: EndpointRules['knownTypes'];
  readonly refuseUrl: RefuseUrl;
}

export const rulesFor = ({ knownTypes, refuseUrl }: WebhookRules, tenant: TenantId): EndpointRules => ({
  knownTypes,
  refuseUrl: (url) => refuseUrl(url, isLive(tenant)),
});
