import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { invalidRequest } from '../wire/api-error';

/** The longest that a fault may hold anything back. */
const longestMs = 10 * 60_000;

const duration = (initialMs: number) => Type.Integer({ minimum: 0, maximum: longestMs, default: initialMs });
const exactly = { additionalProperties: false } as const;

const match = Type.Object(
  {
    method: Type.Optional(Type.Union([Type.Literal('GET'), Type.Literal('POST'), Type.Literal('DELETE')])),
    /** Exact, or a beginning followed by `*`. */
    path: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
    payment_method: Type.Optional(Type.String()),
    /** The type of the event, for webhooks: exact, or a beginning followed by `*`. */
    type: Type.Optional(Type.String()),
  },
  exactly,
);

const common = {
  rate: Type.Number({ minimum: 0, maximum: 1, default: 1 }),
  seed: Type.Integer({ minimum: 0, maximum: 0xffff_ffff, default: 1 }),
  times: Type.Optional(Type.Integer({ minimum: 1 })),
  match: Type.Optional(match),
};

const kind = <K extends string>(name: K) => Type.Literal(name);
const plain = <K extends string>(name: K) => Type.Object({ kind: kind(name), ...common }, exactly);
const silent = <K extends string>(name: K) =>
  Type.Object({ kind: kind(name), ...common, hold_ms: duration(60_000) }, exactly);

const alteration = Type.Record(
  Type.String(),
  Type.Union([Type.String({ maxLength: 500 }), Type.Integer(), Type.Boolean(), Type.Null()]),
  { minProperties: 1 },
);
/** What is altered where nothing is named. A schema's default would be merged into the alteration that is. */
const usualAlteration = { livemode: true };
const altered = <K extends string>(name: K) =>
  Type.Object({ kind: kind(name), ...common, set: alteration }, exactly);

const requestFaults = [
  Type.Object(
    {
      kind: kind('latency'),
      ...common,
      min_ms: duration(100),
      max_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: longestMs })),
    },
    exactly,
  ),
  silent('timeout_before'),
  silent('timeout_after'),
  plain('error_before'),
  plain('error_after'),
  plain('lock_timeout'),
  plain('connection_reset'),
  Type.Object(
    {
      kind: kind('rate_limit'),
      ...common,
      retry_after_seconds: Type.Integer({ minimum: 0, maximum: 600, default: 1 }),
    },
    exactly,
  ),
  altered('altered_answer'),
] as const;

const webhookFaults = [
  Type.Object(
    {
      kind: kind('webhook_duplicate'),
      ...common,
      copies: Type.Integer({ minimum: 2, maximum: 100, default: 2 }),
    },
    exactly,
  ),
  Type.Object({ kind: kind('webhook_reorder'), ...common, window_ms: duration(500) }, exactly),
  Type.Object({ kind: kind('webhook_delay'), ...common, delay_ms: duration(5_000) }, exactly),
  plain('webhook_loss'),
  plain('webhook_bad_signature'),
  altered('webhook_altered'),
] as const;

const rule = Type.Union([...requestFaults, ...webhookFaults]);

export type FaultRule = Static<typeof rule>;
export type RequestFault = Static<(typeof requestFaults)[number]>;
export type WebhookFault = Static<(typeof webhookFaults)[number]>;
export type RequestFaultKind = RequestFault['kind'];

export const isWebhookFault = (fault: FaultRule): fault is WebhookFault => fault.kind.startsWith('webhook_');

export const faultKinds: readonly FaultRule['kind'][] = [...requestFaults, ...webhookFaults].map(
  (schema) => schema.properties.kind.const,
);

/** @throws ApiError 400 saying what is wrong, and with what. */
export function readFaultRule(value: unknown): FaultRule {
  const named: unknown =
    typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const schema = [...requestFaults, ...webhookFaults].find(
    ({ properties }) => properties.kind.const === named,
  );
  if (schema === undefined) {
    throw invalidRequest(`Invalid kind: ${JSON.stringify(named)}; must be one of ${faultKinds.join(', ')}.`, {
      param: 'kind',
    });
  }
  const initial = 'set' in schema.properties ? { set: usualAlteration } : {};
  const filled: unknown = Value.Default(schema, { ...initial, ...structuredClone(value as object) });
  if (Value.Check(rule, filled)) return filled;
  const [first] = [...Value.Errors(schema, filled)];
  throw invalidRequest(
    `Invalid fault at ${first?.path ?? '/'}: ${first?.message ?? 'unreadable'}, but got ${JSON.stringify(first?.value)}.`,
    {
      param: (first?.path ?? '').slice(1).replaceAll('/', '.'),
    },
  );
}

/**
 * A fault in short, as a header, a metadata value or a payment method carries it: `timeout_after`, or with its one
 * figure, `timeout_after=0`, `latency=250`, `rate_limit=3`, `altered_answer=currency:eur`.
 */
export function readShortFault(text: string): RequestFault | undefined {
  const [name = '', figure] = text.split('=', 2);
  const schema = requestFaults.find(({ properties }) => properties.kind.const === name);
  if (schema === undefined) return undefined;
  const given =
    figure === undefined ? {} : name === 'altered_answer' ? setOf(figure) : figureIn(name, figure);
  const fault = readFaultRule({ kind: name, ...given });
  return isWebhookFault(fault) ? undefined : fault;
}

function figureIn(kindName: string, figure: string): object {
  const parameter = figureOf[kindName];
  const amount = Number(figure);
  return parameter === undefined || !Number.isSafeInteger(amount) ? {} : { [parameter]: amount };
}

/** `currency:eur`, `amount:1` or `livemode:true`. */
function setOf(figure: string): object {
  const [name = '', value = ''] = figure.split(':', 2);
  if (name === '') return {};
  const isLiteral = /^(?:true|false|null|-?\d{1,15})$/.test(value);
  return { set: { [name]: isLiteral ? (JSON.parse(value) as unknown) : value } };
}

const figureOf: Readonly<Record<string, string>> = {
  latency: 'min_ms',
  timeout_before: 'hold_ms',
  timeout_after: 'hold_ms',
  rate_limit: 'retry_after_seconds',
};

export const requestFaultKinds: readonly RequestFaultKind[] = requestFaults.map(
  ({ properties }) => properties.kind.const,
);
