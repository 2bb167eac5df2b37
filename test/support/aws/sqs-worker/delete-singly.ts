import { deleteMessages } from '../../../../src/adapters/aws/job-queue/delete-messages';
import type { SendContext } from '../../../../src/adapters/aws/job-queue/send-messages';
import { coalesce } from '../../../../src/adapters/postgres/journal/coalesce';

const largestBatch = 10;
const callsInFlight = 4;

/** Deletes by receipt; what ends at the same time goes in one call. @returns whether SQS has deleted the message. */
export const createDeleter = (context: SendContext): ((receipt: string) => Promise<boolean>) =>
  coalesce({
    concurrency: callsInFlight,
    batchLimit: largestBatch,
    lookUp: (receipts) => deleteMessages(context, receipts),
  });
