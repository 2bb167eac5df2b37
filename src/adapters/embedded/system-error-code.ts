/** The `code` of a failed system call (`ENOENT`) or of a refusal by PostgreSQL (`28P01`); nothing of any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : undefined;
}
