export * from './audit-log';
export * from './handle-command';
export * from './job-queue';
export * from './journal';
export * from './psp';
export * from './reader';
