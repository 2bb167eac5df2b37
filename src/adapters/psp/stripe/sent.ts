/** System calls that come before the first byte of a request. */
const beforeSending: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);
/** A server whose certificate is refused never sees the request. @source https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateRefused =
  /^(CERT_|CRL_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * Whether a request may have reached Stripe before the connection failed. Decided by the system call that
 * failed, because one code (`EHOSTUNREACH`, `ETIMEDOUT`) may come before or after sending. In doubt, it did.
 */
export function reachedStripe(detail: unknown): boolean {
  // Several addresses were tried, and none could be connected to.
  if (detail instanceof AggregateError) return detail.errors.some(reachedStripe);
  if (!(detail instanceof Error)) return true;
  if ('syscall' in detail && beforeSending.has(detail.syscall)) return false;
  return !('code' in detail && typeof detail.code === 'string' && certificateRefused.test(detail.code));
}
