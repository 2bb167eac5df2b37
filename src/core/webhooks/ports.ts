/** Signing secrets: made here, shown once, and sealed wherever they rest. */
export interface WebhookSecrets {
  /** `whsec_` and 32 random bytes in base 64. */
  create(): string;
  /** @param place what the secret belongs to: sealed text of another place does not open */
  seal(secret: string, place: string): Promise<string>;
  open(sealed: string, place: string): Promise<string>;
}

/** One signed request. */
export interface WebhookRequest {
  readonly url: string;
  /** Live events go to public https addresses only. */
  readonly livemode: boolean;
  /** `webhook-id`: the same for every attempt. */
  readonly id: string;
  /** Milliseconds since the epoch, of this attempt. */
  readonly timestamp: number;
  readonly body: string;
  /** Each of them signs. */
  readonly secrets: readonly string[];
}

export type WebhookAnswer =
  | {
      readonly kind: 'answered';
      readonly statusCode: number;
      /** The first characters of the body, without what no text may hold. */
      readonly answer: string;
      /** What Retry-After asks for. */
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'unanswered'; readonly failure: string };

/** Calls endpoints. Follows no redirect, reads a bounded part of the answer, ends after a bounded time. Never throws. */
export interface WebhookSender {
  send(request: WebhookRequest): Promise<WebhookAnswer>;
}

/** @returns why the address may not be called, as a clause that follows "The URL"; null when it may */
export type RefuseUrl = (url: string, livemode: boolean) => string | null;
