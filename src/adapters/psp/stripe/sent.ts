import { systemErrorOf } from './system-error';

/** System calls that come before the first byte of a request. */
const beforeSending: ReadonlySet<string> = new Set(['connect', 'getaddrinfo']);
/** A server whose certificate is refused never sees the request. @source https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateRefused =
  /^(CERT_|CRL_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * Whether a request may have reached Stripe before the connection failed. Decided by the system call that
 * failed, because one code (`EHOSTUNREACH`, `ETIMEDOUT`) may come before or after sending. In doubt, it did.
 */
export function reachedStripe(detail: unknown): boolean {
  const { code, syscall, errors } = systemErrorOf(detail);
  // Several addresses were tried: sent if any of them could be connected to.
  if (errors.length > 0) return errors.some(reachedStripe);
  if (syscall !== null && beforeSending.has(syscall)) return false;
  return code === null || !certificateRefused.test(code);
}
