import { assert } from '../kernel';

export interface FileFacts {
  readonly name: string;
  readonly sizeBytes: number;
}

export interface StoredFile extends FileFacts {
  /** A media type, for example `text/csv`. */
  readonly contentType: string;
  /** Read once, at the reader's pace; stop early and the rest is not fetched. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Files by name: reports, settlement files, exports. A name is one or more parts of letters, digits and `.-_=`, put
 * together with `/`, for example `settlements/2026-03-01/stripe.csv`; see {@link assertFileName}.
 *
 * @throws FilesUnavailable when the store does not answer or has no room
 */
export interface FileStore {
  /**
   * Writes a whole file, or nothing: no reader ever meets a part of it. Durable on return. Replaces a file of the
   * same name. When `content` throws, its error comes back and the name keeps what it had.
   */
  put(
    name: string,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    options: { readonly contentType: string },
  ): Promise<FileFacts>;
  /** Null when there is no such file. */
  get(name: string): Promise<StoredFile | null>;
  /** Every file whose name begins with `prefix`, in the order of their names' bytes, fetched page by page. */
  list(prefix: string): AsyncIterable<FileFacts>;
}

export class FilesUnavailable extends Error {
  override readonly name = 'FilesUnavailable';
}

/** What every store can keep: S3 allows 1024 bytes, a file system 255 for one part. */
const longestName = 512;
const longestPart = 200;
const part = /^[A-Za-z0-9_=][A-Za-z0-9._=-]*$/;

/**
 * A name that could leave its folder, hide, or mean different things to different stores is a bug of the caller:
 * names are made by FinCore, never taken from outside as they come.
 */
export function assertFileName(name: string): void {
  const parts = name.split('/');
  assert(
    name.length <= longestName && parts.every((one) => one.length <= longestPart && part.test(one)),
    `"${name.slice(0, longestName)}" is not a file name: parts of letters, digits and .-_= (none begins with . or -), put together with /`,
  );
}
