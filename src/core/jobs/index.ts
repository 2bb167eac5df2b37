/** Everything that other folders may import of the jobs context. */
export * from './context';
export * from './dead-letter';
export * from './resolve-dead-letter';
