export * from './assert';
export * from './clock';
export * from './currency';
export * from './decider';
export * from './ids';
export * from './json';
export * from './money';
export * from './result';
