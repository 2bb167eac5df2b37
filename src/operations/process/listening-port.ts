import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { systemErrorCode } from '../../adapters/embedded/system-error-code';

const highestPort = 65_535;

/** The port of the API is taken. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

const answerTimeoutMs = 2_000;

/** Whether a FinCore answers at this address. */
export async function answersAsFinCore(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(answerTimeoutMs) });
    return answer.ok && isDeepStrictEqual(await answer.json(), { status: 'ok', program: 'fincore' });
  } catch {
    return false;
  }
}

/**
 * Makes sure, before anything else is started, that the port can be listened on; 0 takes any free one.
 * @param dataDirectory tells whether the program that listens there is of this installation
 * @throws PortTaken with what to do
 */
export async function choosePort(host: string, port: number, dataDirectory: string): Promise<number> {
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
      const occupant = await occupantOf(host, port, dataDirectory);
      const other = String(port < highestPort ? port + 1 : port - 1);
      throw new PortTaken(
        `Port ${String(port)} on ${host} is in use by ${occupant} Choose another one: FINCORE_PORT=${other} npm start`,
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

/** Addresses that stand for every address of the machine. */
const everywhere = ['0.0.0.0', '::', ''];

async function occupantOf(host: string, port: number, dataDirectory: string): Promise<string> {
  const name = everywhere.includes(host) ? '127.0.0.1' : host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${String(port)}`;
  if (!(await answersAsFinCore(url))) return 'another program.';
  const file = join(resolve(dataDirectory), 'credentials.json');
  const isOwn = (await readFile(file, 'utf8').catch(() => '')).includes(`:${String(port)}"`);
  return isOwn
    ? `FinCore itself: it runs already, at ${url}, with the data folder ${resolve(dataDirectory)}. Its keys are in ${file}.`
    : `FinCore itself, at ${url}, with another data folder than ${resolve(dataDirectory)}.`;
}
