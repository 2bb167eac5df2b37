import { type TestDatabase, createTestDatabase } from '../postgres';
import { type FinCoreProcess, type Installation, createInstallation } from '../fincore-process';
import { type MerchantClient, createMerchantClient } from '../merchant-client';
import { type PspControl, createPspControl } from './psp-control';

/** One installation under test, its merchant and its PSP; they stay the same however often the process dies. */
export interface Rig {
  readonly installation: Installation;
  /** Names the owner of every table. Empty where the installation has a server of its own. */
  readonly databaseUrl: string;
  readonly merchant: MerchantClient;
  readonly psp: PspControl;
  /** The process that was started last. */
  process(): FinCoreProcess;
  /** Starts the program again after its death. @param environment for this start only */
  start(environment?: Readonly<Record<string, string>>): Promise<FinCoreProcess>;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** `shared`: a database on the server of the test run, made in a moment. `own`: an embedded server, which a test may kill. */
  readonly server?: 'shared' | 'own';
}

/** Short waits, so that a lost lease or an unanswered call is found within a test's patience. */
const quick = {
  FINCORE_JOB_LEASE_MS: '1500',
  FINCORE_PSP_TIMEOUT_MS: '1000',
  FINCORE_DATABASE_POOL_SIZE: '3',
  STRIPE_SIMULATOR_WEBHOOK_RETRY_BASE_MS: '200',
};

export async function createRig({ settings = {}, server = 'shared' }: RigOptions = {}): Promise<Rig> {
  const database: TestDatabase | null = server === 'shared' ? await createTestDatabase() : null;
  const installation = await createInstallation({
    ...quick,
    ...(database === null ? {} : { DATABASE_URL: database.url }),
    ...settings,
  });
  let current = await installation.start();
  const { credentials } = current;
  return {
    installation,
    databaseUrl: database?.url ?? '',
    merchant: createMerchantClient(credentials),
    psp: createPspControl(credentials.simulator_url),
    process: () => current,
    start: async (environment) => (current = await installation.start(environment)),
    async close() {
      await installation.remove();
      await database?.drop();
    },
  };
}
