import type { WebhookEndpointId } from '../../kernel';
import type { Journal } from '../../ports';
import type {
  CreateWebhookEndpoint,
  DisableWebhookEndpoint,
  ReplayWebhookDelivery,
  RotateWebhookSecret,
  UpdateWebhookEndpoint,
} from '../commands';
import {
  createEndpoint,
  deleteEndpoint,
  disableEndpoint,
  pauseEndpoint,
  replayDelivery,
  resumeEndpoint,
  rotateSecret,
  updateEndpoint,
} from '../decide-endpoint';
import type { WebhookSecrets } from '../ports';
import {
  type WebhookContext,
  type WebhookRules,
  type WebhooksHandled,
  handleWebhookCommand,
  rulesFor,
} from './webhook-endpoints-stream';

type Done = Extract<WebhooksHandled, { kind: 'done' }>;

/** What became of a command that makes a secret. A replay has none, since it is kept nowhere in clear. */
export type SecretIssued = (Done & { readonly secret: string }) | Exclude<WebhooksHandled, Done>;

/**
 * Names an address that receives events. Refusals: webhook_url_refused, event_type_unknown,
 * too_many_webhook_endpoints.
 * @throws VersionConflict when other processes are faster at every try
 */
export const createWebhookEndpoint =
  (journal: Journal, secrets: WebhookSecrets, rules: WebhookRules) =>
  async (command: CreateWebhookEndpoint, context: WebhookContext): Promise<SecretIssued> => {
    const { secret, sealed } = await newSecret(secrets, command.endpointId);
    const handled = await handleWebhookCommand(
      journal,
      (endpoints) => createEndpoint(endpoints, command, sealed, rulesFor(rules, context.tenant)),
      context,
    );
    return handled.kind === 'done' ? { ...handled, secret } : handled;
  };

/** Refusals: webhook_endpoint_not_found, webhook_url_refused, event_type_unknown. */
export const updateWebhookEndpoint =
  (journal: Journal, rules: WebhookRules) =>
  (command: UpdateWebhookEndpoint, context: WebhookContext): Promise<WebhooksHandled> =>
    handleWebhookCommand(
      journal,
      (endpoints) => updateEndpoint(endpoints, command, rulesFor(rules, context.tenant)),
      context,
    );

/** Refusals: webhook_endpoint_not_found, secret_rotation_in_progress. */
export const rotateWebhookSecret =
  (journal: Journal, secrets: WebhookSecrets) =>
  async (command: RotateWebhookSecret, context: WebhookContext): Promise<SecretIssued> => {
    const { secret, sealed } = await newSecret(secrets, command.endpointId);
    const handled = await handleWebhookCommand(
      journal,
      (endpoints) => rotateSecret(endpoints, command, sealed),
      context,
    );
    return handled.kind === 'done' ? { ...handled, secret } : handled;
  };

async function newSecret(secrets: WebhookSecrets, endpointId: WebhookEndpointId) {
  const secret = secrets.create();
  return { secret, sealed: await secrets.seal(secret, endpointId) };
}

const changing =
  (decide: typeof pauseEndpoint) =>
  (journal: Journal) =>
  (endpointId: WebhookEndpointId, context: WebhookContext): Promise<WebhooksHandled> =>
    handleWebhookCommand(journal, (endpoints) => decide(endpoints, endpointId), context);

/** Holds back what happens from now on, and what is still on its way. Refusal: webhook_endpoint_not_found. */
export const pauseWebhookEndpoint = changing(pauseEndpoint);
/** Sends what was held back. Refusal: webhook_endpoint_not_found. */
export const resumeWebhookEndpoint = changing(resumeEndpoint);
/** Refusal: webhook_endpoint_not_found. */
export const deleteWebhookEndpoint = changing(deleteEndpoint);

/** Ends deliveries to an endpoint that fails for good. Repeating it changes nothing. */
export const disableWebhookEndpoint =
  (journal: Journal) =>
  (command: DisableWebhookEndpoint, context: WebhookContext): Promise<WebhooksHandled> =>
    handleWebhookCommand(journal, (endpoints) => disableEndpoint(endpoints, command), context);

/** Asks for one more delivery of an event. Refusals: webhook_endpoint_not_found, webhook_endpoint_not_active. */
export const replayWebhookDelivery =
  (journal: Journal) =>
  (command: ReplayWebhookDelivery, context: WebhookContext): Promise<WebhooksHandled> =>
    handleWebhookCommand(journal, (endpoints) => replayDelivery(endpoints, command), context);
