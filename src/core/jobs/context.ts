import { type Context, streamKind } from '../ports';
import { type DeadLetterResolved, deadLetterCodec } from './dead-letter';

/** What operators decide about the work that could not be done. */
export const jobsContext: Context<never> = {
  name: 'jobs',
  streams: [
    streamKind<DeadLetterResolved>({
      title: 'Dead letter',
      prefix: 'dead-letter-',
      subject: 'the id of the dead letter',
      codec: deadLetterCodec,
      parts: [],
      facts: {
        DeadLetterResolved: {
          action: 'ResolveDeadLetter',
          meaning:
            'An operator resolved the dead letter: its queue removed the job, and no worker tries it again.',
          movement: null,
          effects: null,
          jobs: null,
          publicEvent: null,
        },
      },
    }),
  ],
  chart: {},
  queues: [],
  readModels: [],
  refusals: {},
  publicTypes: {},
};
