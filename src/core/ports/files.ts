import { assert } from '../kernel';

/**
 * Files by name. A name is one or more parts of letters, digits and `.-_=`, put together with `/`, for example
 * `stream/ledger/shard-1/42.json`; see {@link assertFileName}.
 */
export interface FileStore {
  /**
   * Writes a whole file, or nothing. Durable on return. Replaces a file of the same name.
   * @throws FilesUnavailable when the store does not answer or has no room
   */
  put(name: string, content: Uint8Array, options: { readonly contentType: string }): Promise<void>;
}

export class FilesUnavailable extends Error {
  override readonly name = 'FilesUnavailable';
}

/** S3 allows 1024 bytes, a file system 255 for one part. */
const longestName = 512;
const longestPart = 200;
const part = /^[A-Za-z0-9_=][A-Za-z0-9._=-]*$/;

/**
 * A name that could leave its folder, hide, or mean different things to different stores is a bug of the caller:
 * FinCore makes every name itself.
 */
export function assertFileName(name: string): void {
  const parts = name.split('/');
  assert(
    name.length <= longestName && parts.every((one) => one.length <= longestPart && part.test(one)),
    `"${name.slice(0, longestName)}" is not a file name: parts of letters, digits and .-_= (none begins with . or -), put together with /`,
  );
}
