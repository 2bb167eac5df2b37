import { STATUS_CODES } from 'node:http';
import type { Ids } from '../../core/kernel';
import type { Socket } from 'node:net';
import { farewellMs } from '../limits';
import { commonHeaders } from '../plugins/common-headers';
import { jsonSerializer } from '../resources/json-serializer';
import { ProblemSchema } from '../resources/problem';
import type { ErrorCode } from './catalogue';
import { problemBody } from './problem';
import { statusOf } from './status-of';

/** What Node says of bytes that never became a request. @source Node.js, http, event clientError */
const codes: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'header_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

const serializeProblem = jsonSerializer(ProblemSchema);

/** Answers on the bare socket, since there is no request to answer, and ends the connection. */
export const createUnreadableAnswer =
  ({ publicBaseUrl, ids }: { readonly publicBaseUrl: string; readonly ids: Ids }) =>
  (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const code = codes[error.code ?? ''] ?? 'request_malformed';
    const status = statusOf[code];
    const requestId = `req_${ids()}`;
    const body = serializeProblem(problemBody({ code }, { baseUrl: publicBaseUrl, path: '/', requestId }));
    const head = [
      `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${String(Buffer.byteLength(body))}`,
      `request-id: ${requestId}`,
      ...Object.entries(commonHeaders).map(([name, value]) => `${name}: ${value}`),
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    // A client that keeps its side open would hold the connection for ever.
    const farewell = setTimeout(() => socket.destroy(), farewellMs).unref();
    socket.once('close', () => clearTimeout(farewell));
  };
