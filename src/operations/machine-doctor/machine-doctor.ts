import { openServers } from '../installation/databases';
import { failureInWords } from '../process/failure-in-words';
import { refuseMissingInstallation } from '../installation/missing-installation';
import { openStores, type Stores } from '../../compose/stores';
import type { Configuration } from '../../configuration/configuration';
import { type JobOperations, silentLog } from '../../core/ports';
import { type Examination, ill } from '../doctor/diagnosis';
import { type Finding, runExaminations } from '../doctor/examinations';
import { examineClock } from './examine-clock';
import { examineDescriptors } from './examine-descriptors';
import { examineDisk, examineFolder } from './examine-folder';
import { examineJobs } from './examine-jobs';
import { examineProvider } from './examine-provider';
import { examineReaders } from './examine-readers';
import { examineBackup, examineVerification } from './examine-results';
import { examineProgram } from './examine-program';
import { examineDatabases, examineMigrations } from './examine-stores';

export interface MachinePatient {
  readonly configuration: Configuration;
  readonly tell: (line: string) => void;
  readonly withQueue: (stores: Stores, work: (queue: JobOperations) => Promise<void>) => Promise<void>;
}

const blind = 'Run it as the user that runs FinCore, with the same settings.';

/**
 * Looks at the installation on this machine, whether it runs or not, and changes nothing in it.
 * @returns whether everything is as it must be
 */
export async function machineDoctor(
  patient: MachinePatient,
  report: (finding: Finding) => void,
): Promise<boolean> {
  const { configuration } = patient;
  await refuseMissingInstallation(configuration);
  const aroundIt = await runExaminations(
    [
      { name: 'folder', run: () => examineFolder(configuration.dataDirectory) },
      { name: 'disk', run: () => examineDisk(configuration.dataDirectory) },
      { name: 'descriptors', run: examineDescriptors },
      { name: 'program', run: () => examineProgram(configuration) },
      { name: 'provider', run: () => examineProvider(configuration) },
      { name: 'backup', run: () => examineBackup(configuration, Date.now()) },
      { name: 'verification', run: () => examineVerification(configuration, Date.now()) },
    ],
    report,
    blind,
  );
  return (await examineWithStores(patient, report)) && aroundIt;
}

async function examineWithStores(
  { configuration, tell, withQueue }: MachinePatient,
  report: (finding: Finding) => void,
): Promise<boolean> {
  const run = (examinations: readonly Examination[]) => runExaminations(examinations, report, blind);
  let servers;
  try {
    servers = await openServers(configuration, { tell });
  } catch (error) {
    const advice = 'Mend what it says; without its database FinCore cannot start.';
    return run([{ name: 'databases', run: () => Promise.resolve([ill(failureInWords(error), advice)]) }]);
  }
  try {
    const { ownerUrls } = servers;
    const areReady = await run([
      { name: 'databases', run: () => examineDatabases(ownerUrls) },
      { name: 'clock', run: () => examineClock(configuration, ownerUrls) },
      { name: 'migrations', run: () => examineMigrations(ownerUrls) },
    ]);
    if (!areReady) return false;
    const stores = openStores({ ...configuration, ownerUrls }, await servers.programUrls(), silentLog);
    try {
      return await run([
        { name: 'readers', run: () => examineReaders(stores, Date.now()) },
        { name: 'jobs', run: () => examineJobs((work) => withQueue(stores, work)) },
      ]);
    } finally {
      await stores.close();
    }
  } finally {
    await servers.close();
  }
}
