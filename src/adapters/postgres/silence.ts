/** How the driver says that no answer came within `query_timeout`. @source pg, lib/client.js */
const readTimeout = 'Query read timeout';

/**
 * Whether the server left a statement without an answer. The connection is of no more use then: the driver goes on
 * waiting for that answer, and sends nothing else before it.
 */
export const isSilence = (error: unknown): boolean => error instanceof Error && error.message === readTimeout;

/** The server ends a statement of its own accord before the client gives it up, unless the server is silent. */
export const silenceMarginMs = 1_000;
