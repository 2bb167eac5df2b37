import { type MerchantEvent, merchantCodec } from '../core/accounts';
import { type ChargeEvent, type PspNoticeReceived, chargeCodec, pspNoticeCodec } from '../core/payments';

/** One sentence per event. An event that is added to a context does not compile until it has its own. */
const chargeMeanings: Readonly<Record<ChargeEvent['type'], string>> = {
  ChargeCreated: 'A merchant asked for a payment; the rules have assessed it.',
  ChargeReviewApproved: 'A person released a charge that the rules had held.',
  ChargeReviewRejected: 'A person rejected a charge that the rules had held.',
  ChargeOutcomeUnknown:
    'The PSP was asked for the authorization and did not answer; it is looked up until known.',
  ChargeActionRequired: 'The payer has to do something first, usually to authenticate.',
  ChargeAuthorized: 'The issuer promised the amount.',
  ChargeFailed: 'The payment was declined; the reason is in `failure`.',
  CaptureRequested: 'The merchant asked for authorized money, all of it or a part.',
  ChargeCaptured: 'Money was taken; for an automatic charge together with the authorization.',
  CaptureFailed: 'The PSP refused a capture; the amount may be captured again.',
  CaptureOutcomeUnknown:
    'The PSP was asked for a capture and did not answer; it is asked again with the same key.',
  CancelRequested: 'The merchant asked to release what is authorized and not captured.',
  ChargeCanceled: 'What was authorized and not captured is released.',
  CancelFailed: 'The PSP refused the cancellation.',
  CancelOutcomeUnknown: 'The PSP was asked for the cancellation and did not answer; it is asked again.',
  RefundRequested: 'The merchant asked to give captured money back, all of it or a part.',
  RefundPending: 'The PSP took the refund and has not settled it yet.',
  RefundSucceeded: 'The money was given back.',
  RefundFailed:
    'The refund did not happen, or came back after it had succeeded; the amount may be refunded again.',
  RefundOutcomeUnknown: 'The PSP was asked for the refund and did not answer; it is looked up until known.',
};

const merchantMeanings: Readonly<Record<MerchantEvent['type'], string>> = {
  MerchantCreated: 'A company began to use this installation.',
  ApiKeyIssued: 'A key was made and shown once; the event holds its hash and a hint.',
  ApiKeyRotated: "Another key takes this one's place; until `expiresAt` both are good.",
  ApiKeyRevoked: 'The key is refused from now on.',
};

const noticeMeanings: Readonly<Record<PspNoticeReceived['type'], string>> = {
  PspNoticeReceived: 'A PSP sent an authentic webhook: a hint to ask it about the charge.',
};

/** The streams of the journal, each with the events that it holds. */
const streams = [
  { title: 'Charge', stream: 'charge-ch_…', types: chargeCodec.types, meanings: chargeMeanings },
  { title: 'Merchant', stream: 'merchant-mer_…', types: merchantCodec.types, meanings: merchantMeanings },
  {
    title: 'PSP notice',
    stream: 'psp-notice-<psp>-<event id>',
    types: pspNoticeCodec.types,
    meanings: noticeMeanings,
  },
] as const;

const head = `# Events

Every fact that the journal holds, by the stream that holds it. Events are never changed and never removed. Amounts are
\`{ amountMinor, currency }\` in minor units; each event carries who caused it, when, and the request it came from.
\`GET /v1/charges/{id}/events\` shows the history of a charge under outside names such as \`charge.captured\`.

This page is generated: \`npm run docs\` writes it anew from \`src/cli/event-reference.ts\`.
`;

/** The text of docs/reference/events.md. */
export function eventReference(): string {
  const sections = streams.map(({ title, stream, types, meanings }) => {
    const sentences: Readonly<Record<string, string>> = meanings;
    const rows = types.map((type) => `| \`${type}\` | ${sentences[type] ?? ''} |`);
    return `\n## ${title}\n\nStream \`${stream}\`.\n\n| event | meaning |\n|---|---|\n${rows.join('\n')}\n`;
  });
  return `${head}${sections.join('')}`;
}
