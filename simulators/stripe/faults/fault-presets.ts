/** A fault that the overview page sets with one button. */
export interface FaultPreset {
  readonly name: string;
  readonly area: 'request' | 'webhook';
  readonly label: string;
  readonly hint: string;
  /** As `POST /simulator/faults` takes it, without `times`. */
  readonly rule: Readonly<Record<string, unknown>>;
}

/** Only what changes something: a client's look-ups do not use the fault up. */
const match = { method: 'POST' };

export const faultPresets: readonly FaultPreset[] = [
  {
    name: 'timeout_after',
    area: 'request',
    label: 'Done, but no answer',
    hint: 'The charge is made; the client times out.',
    rule: { kind: 'timeout_after', match },
  },
  {
    name: 'timeout_before',
    area: 'request',
    label: 'Not done, no answer',
    hint: 'Nothing is made; the client times out.',
    rule: { kind: 'timeout_before', match },
  },
  {
    name: 'error_after',
    area: 'request',
    label: 'Done, but 500',
    hint: 'The charge is made; the answer is an error.',
    rule: { kind: 'error_after', match },
  },
  {
    name: 'error_before',
    area: 'request',
    label: 'Not done, 500',
    hint: 'Nothing is made; a retry succeeds.',
    rule: { kind: 'error_before', match },
  },
  {
    name: 'rate_limit',
    area: 'request',
    label: '429 Too many requests',
    hint: 'With retry-after of one second.',
    rule: { kind: 'rate_limit', match },
  },
  {
    name: 'lock_timeout',
    area: 'request',
    label: '409 Object locked',
    hint: 'lock_timeout; a retry succeeds.',
    rule: { kind: 'lock_timeout', match },
  },
  {
    name: 'connection_reset',
    area: 'request',
    label: 'Connection reset',
    hint: 'Nothing is made.',
    rule: { kind: 'connection_reset', match },
  },
  {
    name: 'latency',
    area: 'request',
    label: 'Three seconds late',
    hint: 'The answer is right.',
    rule: { kind: 'latency', min_ms: 3_000, match },
  },
  {
    name: 'altered_answer',
    area: 'request',
    label: 'Answered in yen',
    hint: 'The charge is made as asked; the answer shows JPY.',
    rule: { kind: 'altered_answer', set: { currency: 'jpy' }, match },
  },
  {
    name: 'webhook_loss',
    area: 'webhook',
    label: 'Lost',
    hint: 'The event is never sent.',
    rule: { kind: 'webhook_loss' },
  },
  {
    name: 'webhook_duplicate',
    area: 'webhook',
    label: 'Sent twice',
    hint: 'Under one id.',
    rule: { kind: 'webhook_duplicate' },
  },
  {
    name: 'webhook_delay',
    area: 'webhook',
    label: 'Five seconds late',
    hint: 'Later events overtake it.',
    rule: { kind: 'webhook_delay' },
  },
  {
    name: 'webhook_bad_signature',
    area: 'webhook',
    label: 'Wrong signature',
    hint: 'Right when it is sent again.',
    rule: { kind: 'webhook_bad_signature' },
  },
  {
    name: 'webhook_altered',
    area: 'webhook',
    label: 'Shows yen',
    hint: 'Its object has another currency.',
    rule: { kind: 'webhook_altered', set: { currency: 'jpy' } },
  },
];
