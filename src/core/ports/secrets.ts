/** A secret as it is at one moment. Never log it, and never put it into an event, a job or an error. */
export interface Secret {
  readonly value: string;
  /** Changes with every new value, so that anyone who made something from the value knows when to make it again. */
  readonly version: string;
}

export interface SecretVersions {
  readonly current: Secret;
  /** The one before: still good for what was signed with it, while a rotation overlaps. Null when there is none. */
  readonly previous: Secret | null;
}

/**
 * Secrets by name, each read when it is needed: a rotated secret arrives without a restart, at the latest after the
 * store's greatest age. Concurrent reads of one name are one read. While the source is down, the last known value
 * serves on, up to a bound of its own.
 *
 * @throws SecretMissing when there is no such secret, or this program may not read it
 * @throws SecretsUnavailable when the source does not answer and nothing known is young enough
 */
export interface SecretStore {
  get(name: string): Promise<Secret>;
  /** Both versions of one moment, for example to check a webhook that was signed before a rotation. */
  versions(name: string): Promise<SecretVersions>;
}

/** The secret does not exist, has no value, or may not be read. Somebody has to put it there: waiting does not help. */
export class SecretMissing extends Error {
  override readonly name = 'SecretMissing';
}

/** The source of secrets did not answer. Try again later. */
export class SecretsUnavailable extends Error {
  override readonly name = 'SecretsUnavailable';
}
