import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** How long a receiver may take to answer. */
const timeoutMs = 10_000;

export interface Transport {
  /** Posts a signed event. @returns the status, or undefined when no answer came. */
  post(
    url: string,
    message: { readonly body: string; readonly signature: string },
  ): Promise<number | undefined>;
  close(): void;
}

/** Posts over connections that are kept, at most `connectionLimit` per receiver. */
export function keepAliveTransport(connectionLimit: number): Transport {
  const options = { keepAlive: true, maxSockets: connectionLimit, maxFreeSockets: connectionLimit };
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  return {
    post: (url, { body, signature }) =>
      new Promise((resolve) => {
        const isSecure = url.startsWith('https:');
        const send = isSecure ? httpsRequest : httpRequest;
        const request = send(url, {
          method: 'POST',
          agent: isSecure ? agents.https : agents.http,
          timeout: timeoutMs,
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(body),
            'stripe-signature': signature,
            'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          },
        });
        // The socket's own timeout counts silence only; a receiver that drips bytes must not hold a place for ever.
        const deadline = setTimeout(
          () => request.destroy(new Error('The receiver did not answer in time.')),
          timeoutMs,
        );
        const finish = (status: number | undefined): void => {
          clearTimeout(deadline);
          resolve(status);
        };
        request.on('response', (response) => {
          response.resume();
          response.on('end', () => finish(response.statusCode));
          response.on('error', () => finish(undefined));
        });
        request.on('error', () => finish(undefined));
        request.end(body);
      }),
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}
