/** What can keep the embedded server from serving, one code per thing an operator can do about it. */
export type EmbeddedPostgresErrorCode =
  | 'platform_unsupported'
  | 'binaries_unusable'
  | 'account_refused'
  | 'data_directory_denied'
  | 'data_version_mismatch'
  | 'password_rejected'
  | 'initialization_failed'
  | 'start_failed'
  | 'start_timed_out'
  | 'stop_timed_out';

/** The message says what happened and what the operator can do next. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}
