import { assertFileName, type FileFacts, type FileStore } from '../../core/ports';

interface Kept {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Files of tests, whole in memory. */
export function createMemoryFileStore(): FileStore {
  const files = new Map<string, Kept>();
  return {
    put: async (name, content, { contentType }) => {
      assertFileName(name);
      const chunks: Uint8Array[] = [];
      for await (const chunk of content instanceof Uint8Array ? [content] : content) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      files.set(name, { contentType, bytes });
      return { name, sizeBytes: bytes.length };
    },
    get: (name) => {
      assertFileName(name);
      const kept = files.get(name);
      if (kept === undefined) return Promise.resolve(null);
      const { contentType, bytes } = kept;
      return Promise.resolve({ name, contentType, sizeBytes: bytes.length, content: once(bytes) });
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- the port's lists may have to wait, this one never
    list: async function* (prefix): AsyncGenerator<FileFacts> {
      for (const [name, { bytes }] of [...files].sort(([left], [right]) => (left < right ? -1 : 1))) {
        if (name.startsWith(prefix)) yield { name, sizeBytes: bytes.length };
      }
    },
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a content may have to be waited for, this one is here
async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
