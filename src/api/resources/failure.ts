import { type Static, Type } from '@sinclair/typebox';
import type { PspFailure } from '../../core/ports';
import { isRepeatable } from '../errors/received-value';
import { nullable } from './schema-parts';

const notShown = 'The provider refused it, in words that are not repeated here.';

/** Why the provider or the issuer said no. */
export const Failure = Type.Object({
  code: Type.String({ examples: ['card_declined'] }),
  decline_code: nullable(Type.String({ examples: ['insufficient_funds'] })),
  message: Type.String({ examples: ['Your card has insufficient funds.'] }),
});

/** The provider's own words, which may quote the token that it was given: then they are not shown. */
export const failureShown = ({ code, declineCode, message }: PspFailure): Static<typeof Failure> => ({
  code,
  decline_code: declineCode ?? null,
  message: isRepeatable(message) ? message : notShown,
});
