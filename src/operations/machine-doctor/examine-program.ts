import { version } from '../../../package.json';
import { answersAsFinCore, choosePort } from '../process/listening-port';
import { readStartedUrl } from '../installation/credentials';
import { readLocalSecrets } from '../installation/local-secrets';
import type { Configuration } from '../../configuration/configuration';
import { type Diagnosis, ill, well } from '../doctor/diagnosis';

interface Readiness {
  readonly checks?: Readonly<Record<string, { readonly ready: boolean; readonly detail?: string }>>;
}

const timeoutMs = 10_000;
const everywhere = ['0.0.0.0', '::'];

/** FinCore answers on its port, is of this version, and is ready. */
export async function examineProgram({
  http: { host, port },
  dataDirectory,
}: Configuration): Promise<readonly Diagnosis[]> {
  const name = everywhere.includes(host) ? '127.0.0.1' : host;
  const configured = `http://${name.includes(':') ? `[${name}]` : name}:${String(port)}`;
  const url = await findProgram(configured, dataDirectory);
  if (url === null) return [await absent({ url: configured, host, port, dataDirectory })];
  const readiness = await ask(`${url}/readyz`);
  const { checks = {} } = (await readiness.json()) as Readiness;
  const faults = Object.entries(checks).flatMap(([check, { ready, detail = '' }]) =>
    ready
      ? []
      : [ill(`${check} is not ready: ${detail}`, 'Read the log of FinCore, and docs/runbook/README.md.')],
  );
  const running = await versionAt(url, (await readLocalSecrets(dataDirectory))?.operatorKey ?? '');
  return [
    ...faults,
    running === version
      ? well(`FinCore ${running} answers at ${url}`)
      : ill(
          `FinCore ${running} answers at ${url}; this command is of version ${version}`,
          'Start FinCore again after an upgrade; with another data folder, name that one with FINCORE_DATA_DIR.',
        ),
  ];
}

/** The configured address, or the one of the last start: that may have had another port. */
async function findProgram(configured: string, dataDirectory: string): Promise<string | null> {
  if (await answersAsFinCore(configured)) return configured;
  const started = await readStartedUrl(dataDirectory);
  return started !== null && (await answersAsFinCore(started)) ? started : null;
}

async function absent(place: {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
}): Promise<Diagnosis> {
  try {
    await choosePort(place.host, place.port, place.dataDirectory);
  } catch (error) {
    return ill(
      error instanceof Error ? error.message : String(error),
      'End that program, or give FinCore a port of its own with FINCORE_PORT.',
    );
  }
  return ill(
    `FinCore does not run at ${place.url}`,
    'Start it (npm start, systemctl start fincore); its log says what stopped it.',
  );
}

/** Shows the version to the operator only: others would learn which weaknesses to try. */
async function versionAt(url: string, operatorKey: string): Promise<string> {
  const metrics = await ask(`${url}/metrics`, { authorization: `Bearer ${operatorKey}` });
  return /^fincore_info\{version="(.*)"\} 1$/m.exec(await metrics.text())?.[1] ?? 'of another data folder';
}

const ask = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
