import type { Append, EventMetadata, IdempotentRequest, Answer } from '../../../core/ports';
import { sha256 } from '../sha256';

/** 16 bytes: as long as the hashes that the key's row keeps. */
const digestLength = 32;

/**
 * The metadata of an append's first event: what the request was answered with is named in it, and so sealed with the
 * event. The row of the key can then be compared, and is missed when it is gone.
 */
export const keptMetadata = ({ metadata, idempotency }: Append): EventMetadata =>
  idempotency === undefined
    ? metadata
    : {
        ...metadata,
        answered: `${idempotency.keyHash.toString('hex')}.${digestOfAnswer(idempotency)}`,
      };

/** Of everything that decides what a retry of the request gets. */
export const digestOfAnswer = ({
  requestHash,
  answer: { status, body },
}: Pick<IdempotentRequest, 'requestHash'> & { readonly answer: Answer }): string =>
  sha256(JSON.stringify([requestHash.toString('hex'), status, body])).slice(0, digestLength);
