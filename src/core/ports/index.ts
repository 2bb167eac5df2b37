export * from './audit-log';
export * from './job-queue';
export * from './journal';
export * from './psp';
export * from './reader';
