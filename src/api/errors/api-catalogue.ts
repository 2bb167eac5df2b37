import type { Catalogue } from '../../core/kernel';

/** What the API itself refuses, before or beside any context. */
export type ApiErrorCode =
  | 'body_malformed'
  | 'body_too_complex'
  | 'body_too_large'
  | 'card_number_refused'
  | 'concurrent_modification'
  | 'content_encoding_unsupported'
  | 'content_type_unsupported'
  | 'credential_invalid'
  | 'credential_missing'
  | 'error_code_unknown'
  | 'forbidden_character'
  | 'forbidden_key'
  | 'header_too_large'
  | 'idempotency_key_in_flight'
  | 'idempotency_key_invalid'
  | 'idempotency_key_missing'
  | 'idempotency_key_reused'
  | 'internal_error'
  | 'ledger_account_not_found'
  | 'ledger_transaction_not_found'
  | 'merchant_key_required'
  | 'method_not_allowed'
  | 'notice_malformed'
  | 'number_not_exact'
  | 'operator_key_required'
  | 'overloaded'
  | 'parameter_invalid'
  | 'preference_invalid'
  | 'rate_limited'
  | 'request_malformed'
  | 'request_timeout'
  | 'route_not_found'
  | 'secret_key_required'
  | 'shutting_down'
  | 'signature_invalid'
  | 'signature_missing'
  | 'temporarily_unavailable'
  | 'timestamp_outside_tolerance'
  | 'version_unknown';

export const apiCatalogue: Catalogue<ApiErrorCode> = {
  body_malformed: {
    meaning: 'The body is not JSON in UTF-8, or a JSON object of it has a member twice.',
    retry: 'no',
    remedy: 'Send one JSON object, each name in it once; the detail says what is wrong and where.',
  },
  body_too_complex: {
    meaning: 'The body is nested too deeply, or has too many members or too much text.',
    retry: 'no',
    remedy: 'Send only the fields that the reference names.',
  },
  body_too_large: {
    meaning: 'The body is larger than the limit.',
    retry: 'no',
    remedy: 'Send a smaller body; the detail names the limit.',
  },
  card_number_refused: {
    meaning: 'A field holds what looks like a card number, and FinCore must never store one.',
    retry: 'no',
    remedy:
      "Send the payment service provider's token instead, and keep card numbers out of every text field.",
  },
  concurrent_modification: {
    meaning:
      'Others changed the same object several times while this request was decided. Nothing was changed.',
    retry: 'same_key',
    remedy: 'Send the same request again with the same Idempotency-Key.',
  },
  content_encoding_unsupported: {
    meaning: 'The body is compressed or encoded in another way; bodies are read as they are.',
    retry: 'no',
    remedy: 'Send the body itself, without Content-Encoding.',
  },
  content_type_unsupported: {
    meaning: 'The Content-Type is missing or not the one that this route reads.',
    retry: 'no',
    remedy: 'Send JSON with Content-Type: application/json.',
  },
  credential_invalid: {
    meaning: 'The credential is unknown, expired or revoked.',
    retry: 'no',
    remedy: 'Check that the whole key was sent and that it has not been rotated or revoked.',
  },
  credential_missing: {
    meaning: 'The request carries no credential.',
    retry: 'no',
    remedy: 'Send Authorization: Bearer <key>, or the key as the user name of HTTP Basic.',
  },
  error_code_unknown: {
    meaning: 'The catalogue has no error with this code.',
    retry: 'no',
    remedy: 'Open the address in the type member of a problem answer.',
  },
  forbidden_character: {
    meaning:
      'A text holds a character that is never stored: NUL, a lone surrogate or a bidirectional control.',
    retry: 'no',
    remedy: 'Remove the character; the detail names it and param says where it stands.',
  },
  forbidden_key: {
    meaning: 'The body has a member whose name could change how programs behave, such as __proto__.',
    retry: 'no',
    remedy: 'Remove the member.',
  },
  header_too_large: {
    meaning: 'The header of the request is larger than the limit.',
    retry: 'no',
    remedy: 'Send fewer or shorter header fields and a shorter URL.',
  },
  idempotency_key_in_flight: {
    meaning: 'A request with this Idempotency-Key is being worked on.',
    retry: 'same_key',
    remedy: 'Send the same request with the same key again after Retry-After; it gets the stored answer.',
  },
  idempotency_key_invalid: {
    meaning: 'The Idempotency-Key is empty, too long, not printable ASCII or there more than once.',
    retry: 'no',
    remedy: 'Send one of 1 to 255 printable ASCII characters, for example a UUID.',
  },
  idempotency_key_missing: {
    meaning: 'This route creates or moves something and needs an Idempotency-Key.',
    retry: 'no',
    remedy:
      'Send a new unique Idempotency-Key with every new intent, and the same one with every retry of it.',
  },
  idempotency_key_reused: {
    meaning: 'The Idempotency-Key was used before, with another body or target.',
    retry: 'no',
    remedy: 'Send the original body, byte for byte, or use a new key for a new intent.',
  },
  internal_error: {
    meaning: 'FinCore has a defect. A retry with the same key shows whether the request took effect.',
    retry: 'same_key',
    remedy:
      'Send the same request with the same Idempotency-Key again; report the request_id if it persists.',
  },
  ledger_account_not_found: {
    meaning: 'No ledger account with this id belongs to the account and mode of the key.',
    retry: 'no',
    remedy: 'List the accounts and take an id from there.',
  },
  ledger_transaction_not_found: {
    meaning: 'No ledger transaction with this id belongs to the account and mode of the key.',
    retry: 'no',
    remedy: 'List the entries and take a transaction id from there; new charges appear within moments.',
  },
  merchant_key_required: {
    meaning: "This route acts for a merchant, and the credential is the operator's.",
    retry: 'no',
    remedy: "Use the merchant's own secret key.",
  },
  method_not_allowed: {
    meaning: 'The resource exists and does not take this method.',
    retry: 'no',
    remedy: 'Use one of the methods in the Allow header.',
  },
  notice_malformed: {
    meaning: 'The notice is authentic and cannot be read.',
    retry: 'no',
    remedy: "Compare the provider's API version with the one that FinCore reads.",
  },
  number_not_exact: {
    meaning: 'The body writes a number with a fraction or an exponent. FinCore never rounds.',
    retry: 'no',
    remedy: 'Write integers as plain digits; amounts are in minor units, so 19.99 EUR is 1999.',
  },
  operator_key_required: {
    meaning: "This route is the operator's.",
    retry: 'no',
    remedy: "Use the operator's credential; no merchant key opens it.",
  },
  overloaded: {
    meaning: 'More requests are being worked on than this process takes. Nothing was done.',
    retry: 'same_key',
    remedy: 'Send the same request with the same key again after Retry-After, then with growing pauses.',
  },
  parameter_invalid: {
    meaning: 'A parameter is missing, unknown or outside what is allowed.',
    retry: 'no',
    remedy: 'Correct what errors[] lists; each names the place, the value received and what is allowed.',
  },
  preference_invalid: {
    meaning: 'The Prefer header asks to wait for something that is not a whole number of seconds from 1.',
    retry: 'no',
    remedy: 'Send Prefer: wait=N with N from 1 to 30.',
  },
  rate_limited: {
    meaning: 'More requests came than the limit allows. Nothing was done.',
    retry: 'same_key',
    remedy: 'Send again after Retry-After; RateLimit and RateLimit-Policy say how much is allowed.',
  },
  request_malformed: {
    meaning: 'The request is not well-formed HTTP, has a header twice, or its URL cannot be decoded.',
    retry: 'no',
    remedy: 'Encode the URL as RFC 3986 says, and send each header once.',
  },
  request_timeout: {
    meaning: 'The request did not arrive in full within the time allowed.',
    retry: 'same_key',
    remedy: 'Send the same request again.',
  },
  route_not_found: {
    meaning: 'No route has this path.',
    retry: 'no',
    remedy: 'Compare the path with the reference at /docs.',
  },
  secret_key_required: {
    meaning: 'A publishable key may not do this.',
    retry: 'no',
    remedy: 'Send the request from your server, with a secret key.',
  },
  shutting_down: {
    meaning: 'This process is about to stop and takes no new requests. Nothing was done.',
    retry: 'same_key',
    remedy: 'Send the same request again; another process, or this one restarted, takes it.',
  },
  signature_invalid: {
    meaning: 'The signature of the notice does not match its bytes.',
    retry: 'no',
    remedy:
      "Compare the webhook secret of the configuration with the provider's, and send the bytes unchanged.",
  },
  signature_missing: {
    meaning: 'The notice carries no signature.',
    retry: 'no',
    remedy: 'Only the payment service provider posts here; it signs every notice.',
  },
  temporarily_unavailable: {
    meaning: 'The database does not answer. A retry with the same key shows whether the request took effect.',
    retry: 'same_key',
    remedy: 'Send the same request with the same key again after Retry-After.',
  },
  timestamp_outside_tolerance: {
    meaning: 'The notice was signed too long ago or in the future.',
    retry: 'no',
    remedy: 'Set the clocks right; an old notice is sent again by the provider with a new signature.',
  },
  version_unknown: {
    meaning: 'FinCore-Version names a version of the API that this installation does not speak.',
    retry: 'no',
    remedy: 'Leave the header out, or send the version that the answers echo.',
  },
};
