/** The queues that the workflows send jobs to; a test compares them with `src/workflows`. */
export const queueNames = ['payments', 'payments-follow-up'] as const;
export type QueueName = (typeof queueNames)[number];
