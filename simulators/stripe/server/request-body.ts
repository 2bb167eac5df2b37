import type { IncomingMessage } from 'node:http';
import { ApiError } from '../wire/api-error';

export const bodyLimitBytes = 1_024 * 1_024;

/** Reads a body of bounded size. @throws ApiError 413, or the connection's own error. */
export function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyLimitBytes) {
        request.removeAllListeners('data');
        request.resume();
        reject(
          new ApiError(413, 'invalid_request_error', `The request body exceeds ${bodyLimitBytes} bytes.`),
        );
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(
        (chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks)).toString('utf8'),
      ),
    );
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('The client went away.')));
  });
}
