import { Type } from '@sinclair/typebox';
import { assert, unreachable } from '../../../core/kernel';
import type { NoticeVerdict } from '../../../core/ports';
import type { ErrorCode } from '../../errors/catalogue';
import { Problem } from '../../errors/problem';
import type { Api, RouteContext } from '../api';

type Rejection = Extract<NoticeVerdict, { kind: 'rejected' }>['reason'];

const codes = {
  signature_missing: 'signature_missing',
  signature_invalid: 'signature_invalid',
  timestamp_outside_tolerance: 'timestamp_outside_tolerance',
  malformed: 'notice_malformed',
} as const satisfies Readonly<Record<Rejection, ErrorCode>>;

/** Described, not required by a schema: without it the answer is `signature_missing`. */
const SignatureHeader = Type.Object({
  'Stripe-Signature': Type.Optional(
    Type.String({
      description: 'The time and the signatures that Stripe sends: t=…,v1=….',
      examples: ['t=1795944600,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd'],
    }),
  ),
});

const noBytes = Buffer.alloc(0);

/**
 * Notices of payment service providers, in a scope of their own: the body stays the bytes that were signed, under any
 * content type.
 */
export async function pspNoticeRoutes(app: Api, { dependencies }: RouteContext): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, bytes, parsed) =>
      parsed(null, bytes),
    );
    scope.post(
      '/v1/psp/stripe/webhooks',
      {
        config: {
          access: 'public',
          perAddress: false,
          errors: [
            'body_too_large',
            'signature_missing',
            'signature_invalid',
            'timestamp_outside_tolerance',
            'notice_malformed',
          ],
        },
        schema: {
          operationId: 'receiveStripeNotice',
          tags: ['Provider notices'],
          summary: 'Receive a notice from Stripe',
          description:
            'For Stripe only. Verified on the raw bytes by the Stripe-Signature header, answered 200 once it is stored, processed afterwards. The same notice again has no effect.',
          headers: SignatureHeader,
          response: {
            200: Type.Object(
              { received: Type.Boolean() },
              { description: 'Stored, or nothing to act on.', examples: [{ received: true }] },
            ),
          },
        },
      },
      async (request) => {
        const rawBody = request.body ?? noBytes;
        assert(Buffer.isBuffer(rawBody), 'a notice is read as bytes');
        const signature = request.headers['stripe-signature'];
        const verdict = await dependencies.receiveNotice({
          psp: 'stripe',
          rawBody,
          signature: typeof signature === 'string' ? signature : undefined,
        });
        switch (verdict.kind) {
          case 'notice':
          case 'irrelevant':
          case 'foreign':
            return { received: true };
          case 'rejected':
            throw new Problem({ code: codes[verdict.reason] });
          default:
            return unreachable(verdict);
        }
      },
    );
    done();
  });
}
