import { type Static, Type } from '@sinclair/typebox';
import type { PspFailure } from '../../core/ports';
import { nullable } from './schema-parts';

/** Why the provider or the issuer said no. */
export const Failure = Type.Object({
  code: Type.String({ examples: ['card_declined'] }),
  decline_code: nullable(Type.String({ examples: ['insufficient_funds'] })),
  message: Type.String({ examples: ['Your card has insufficient funds.'] }),
});

export const failureShown = ({ code, declineCode, message }: PspFailure): Static<typeof Failure> => ({
  code,
  decline_code: declineCode ?? null,
  message,
});
