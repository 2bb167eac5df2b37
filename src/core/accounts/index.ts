/** The door of the accounts context. */
export * from './authenticator';
export * from './bounded-cache';
export * from './codec';
export * from './commands';
export * from './context';
export {
  defaultRotationOverlapMs,
  maxMerchantNameLength,
  maxRotationOverlapMs,
  maxUsableKeys,
} from './decide-merchant';
export * from './errors';
export * from './events';
export * from './key-material';
export { parseKeyText } from './key-text';
export * from './merchant';
export * from './merchant-directory';
export * from './mint-key';
export * from './notice-merchant-changes';
export * from './principal';
export * from './use-cases/create-merchant';
export * from './use-cases/get-merchant';
export * from './use-cases/issue-key';
export * from './use-cases/issued-keys';
export * from './use-cases/list-merchants';
export * from './use-cases/merchant-stream';
export * from './use-cases/revoke-key';
export * from './use-cases/rotate-key';
