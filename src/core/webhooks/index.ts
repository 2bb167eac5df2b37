/** The door of the webhooks context. */
export * from './codec';
export * from './commands';
export * from './context';
export { defaultSecretOverlapMs, maxSecretOverlapMs, maxWebhookUrlCharacters } from './decide-endpoint';
export * from './deliveries';
export * from './delivery-id';
export * from './endpoints';
export * from './errors';
export * from './event-queries';
export * from './events';
export * from './events-read-model';
export * from './ports';
export * from './schedule';
export * from './use-cases/change-endpoint';
export * from './use-cases/show-event';
export * from './use-cases/webhook-endpoints-stream';
export * from './webhook-jobs';
