import { asciiUpper, maxPageLimit } from '../../core/kernel';
import { leastKeepDays } from '../../core/ports';
import { defaultApiLimits } from '../dependencies';
import { maxJsonDepth, maxJsonMembers, maxJsonText } from '../json/measure-json';
import { bodyLimitBytes } from '../limits';
import { maxKeyCharacters } from '../plugins/idempotency';
import { maxWaitSeconds } from '../plugins/wait-preference';
import { maxMetadataKeyCharacters, maxMetadataKeys, maxMetadataValueCharacters } from '../resources/metadata';
import { maxAmountMinor } from '../resources/money';
import { defaultLimit } from '../resources/page';
import { apiVersion } from '../version';

/** What the page takes from the OpenAPI document. */
export interface DescribedApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

/** docs/reference/api.md: the conventions, with their bounds from the code, and the routes from the document. */
export function apiReference(api: DescribedApi): string {
  return `# The HTTP API

Every field, example and error is in [openapi.json](openapi.json) (OpenAPI 3.1), readable at \`/docs\` of your own
installation. This page says what all routes share. Errors have [a page of their own](errors.md).

## Credentials

\`Authorization: Bearer sk_…\`, or the key as the user name of HTTP Basic. A secret key does everything of its
merchant and side; a publishable key opens none of these routes. The operator's credential opens the operator's
routes and moves no money. Another merchant's id is answered exactly as an unknown one: 404.

## Amounts

Integers in the currency's minor unit, from 1 to ${number(maxAmountMinor)}, with an ISO 4217 code in either case. 19.99 EUR is
\`1999\`, 1200 JPY is \`1200\`. Nothing is rounded: a number with a fraction or an exponent is refused, as \`1e3\` and
\`100.0\` are. Balances of the ledger are exact integers of any size.

## Idempotency

Every POST needs an \`Idempotency-Key\` of 1 to ${number(maxKeyCharacters)} printable ASCII characters: a new one for every intent, the
same one for every retry. The answer is stored in the same commit as its effect, so a retry with the same bytes gets the same
bytes, with \`Idempotent-Replayed: true\`; other bytes, or another target of the same endpoint, are refused with 422, and a key that is being worked on with 409. A key
belongs to one merchant, side and endpoint. A refusal is not stored, since nothing happened.
An answer is kept for at least ${number(leastKeepDays)} days; afterwards the same key makes a new request.

An answer that shows a new API key is stored without it: a replay shows \`"secret": null\`.

## Waiting

A POST answers once it is durable. \`Prefer: wait=N\` (RFC 7240) holds the answer until the charge has settled, or this capture,
cancellation or refund is decided, at most N seconds; more than ${number(maxWaitSeconds)} is cut to ${number(maxWaitSeconds)}. \`Preference-Applied\` says how long.
A replay that waits shows the same state, even if the charge has changed since. A declined charge is not an error of the request: it is a
charge whose \`status\` is \`failed\` and whose \`failure\` says why.

## Lists

\`limit\` from 1 to ${number(maxPageLimit)} (${number(defaultLimit)}), \`starting_after\` or \`ending_before\` an id; newest first. Filters combine; \`amount\` and
\`created\` take a value or bounds, and brackets name bounds and keys: \`amount=1999\`,
\`created[gte]=2026-11-01T00:00:00Z&metadata[order]=4711\`. \`metadata=order:4711\` says the same, for programs that send no brackets of their own. What was just written is in the list.
A refund shows its charge as \`charge_object\` with \`expand[]=charge\`, those of a list with \`expand[]=data.charge\`; \`charge\` is always the id.

## Bodies

JSON objects in UTF-8 of at most ${number(bodyLimitBytes)} bytes, ${number(maxJsonDepth)} levels, ${number(maxJsonMembers)} members and ${number(maxJsonText)}
characters of text. Unknown fields, \`__proto__\`, NUL, lone surrogates, bidirectional controls and anything that looks like a card
number, in any digits and groups, are refused. \`metadata\` has up to ${number(maxMetadataKeys)} keys of
${number(maxMetadataKeyCharacters)} characters with values of ${number(maxMetadataValueCharacters)}.

## Limits

Each credential has its requests per second (${number(defaultApiLimits.perCredentialPerSecond)} unless configured), each address without a valid credential its requests per
minute (${number(defaultApiLimits.anonymousPerMinute)}). Beyond them: 429 with \`Retry-After\`, \`RateLimit\` and \`RateLimit-Policy\`. \`X-Forwarded-For\` is believed only from the
proxies that the configuration names. A process that works on ${number(defaultApiLimits.maxInFlight)} requests already answers 503 with \`Retry-After\`.

A valid credential is never limited by its address. A request must arrive in full within ${number(defaultApiLimits.requestTimeoutMs / 1_000)} s. An address may have
${number(defaultApiLimits.maxUnfinishedPerAddress)} requests at once whose bodies have not arrived; the next one is answered 429.

## Headers

\`Request-Id\` is on every answer; send your own (1 to 64 letters, digits, \`.\`, \`_\`, \`-\`) to find it in logs and in the audit.
\`FinCore-Version: ${apiVersion}\` is the one version; leave it out or send exactly that.

## Routes

| route | who | what |
| --- | --- | --- |
${rows(api).join('\n')}
`;
}

const rows = ({ paths }: DescribedApi): string[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, { summary, security }]) =>
        `| \`${asciiUpper(method)} ${path}\` | ${callersOf(security)} | ${summary} |`,
    ),
  );

const callers: Readonly<Record<string, string>> = { secretKey: 'secret key', operatorKey: 'operator' };

const callersOf = (security: DescribedOperation['security']): string =>
  security.length === 0
    ? 'anybody'
    : security.flatMap((scheme) => Object.keys(scheme).map((name) => callers[name] ?? name)).join(', ');

const number = (value: number): string => value.toLocaleString('en-US');
