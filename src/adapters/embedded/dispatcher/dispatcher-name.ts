/**
 * The readers that turn events into jobs, by the names of their checkpoints. Notices have one of their own: they can wait
 * a moment for what makes most of their jobs superfluous, which the work of a charge cannot. Webhooks have one, because
 * they read who wants an event.
 */
export const dispatcherNames = ['dispatcher', 'notices', 'webhooks'] as const;
export type DispatcherName = (typeof dispatcherNames)[number];
