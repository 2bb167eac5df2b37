/** An expected refusal is a value, never an exception: a code of the catalogue and the facts that explain it. */
export interface Refusal<Code extends string = string> {
  readonly code: Code;
  /** What was received and what is allowed, as one sentence for the caller. */
  readonly message: string;
  /** JSON Pointer to the offending part of the request, where there is one. */
  readonly param?: string;
}

export type Result<Value, Code extends string = string> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: Refusal<Code> };

export const accept = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({
  ok: true,
  value,
});

export const refuse = <Code extends string>(
  code: Code,
  message: string,
  param?: string,
): { readonly ok: false; readonly refusal: Refusal<Code> } => ({
  ok: false,
  refusal: param === undefined ? { code, message } : { code, message, param },
});
