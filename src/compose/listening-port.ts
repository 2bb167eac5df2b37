import { once } from 'node:events';
import { createServer } from 'node:net';
import { systemErrorCode } from '../adapters/embedded/system-error-code';

const highestPort = 65_535;

/** The port of the API is taken. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/**
 * Makes sure, before anything else is started, that the port can be listened on; 0 takes any free one.
 * @throws PortTaken with what to do
 */
export async function choosePort(host: string, port: number): Promise<number> {
  const probe = createServer();
  try {
    probe.listen({ host, port, exclusive: true });
    await once(probe, 'listening');
    const address = probe.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    if (code === 'EADDRINUSE') {
      throw new PortTaken(
        `Port ${String(port)} on ${host} is in use by another program. Choose another one: FINCORE_PORT=${String(port < highestPort ? port + 1 : port - 1)} npm start`,
        { cause: error },
      );
    }
    throw new PortTaken(
      `Port ${String(port)} on ${host} cannot be listened on (${code}). Set FINCORE_HOST and FINCORE_PORT.`,
      { cause: error },
    );
  } finally {
    probe.close();
  }
}
