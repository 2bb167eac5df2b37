/** The name under which the dispatcher keeps its checkpoint. */
export const dispatcherName = 'dispatcher';
