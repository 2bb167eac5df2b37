/** What Node.js says about a failed system call. */
export interface SystemError {
  readonly code: string | null;
  readonly syscall: string | null;
  /** One for each address that was tried, when there were several. */
  readonly errors: readonly unknown[];
}

/** Reads the fields by name: an error that crossed from another realm is no `instanceof Error`. */
export function systemErrorOf(error: unknown): SystemError {
  if (typeof error !== 'object' || error === null) return { code: null, syscall: null, errors: [] };
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : null,
    syscall: 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : null,
    errors: 'errors' in error && Array.isArray(error.errors) ? error.errors : [],
  };
}
