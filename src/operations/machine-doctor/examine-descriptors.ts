import { neededDescriptors, refuseFewDescriptors } from '../process/file-descriptors';
import { CommandRefused } from '../../configuration/command-refused';
import { type Diagnosis, ill, well } from '../doctor/diagnosis';

/** This user's processes may open as many files as FinCore needs. */
export async function examineDescriptors(): Promise<readonly Diagnosis[]> {
  try {
    await refuseFewDescriptors();
    return [well(`at least ${String(neededDescriptors)} are free`)];
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    return [ill(error.message, 'Raise the limit for the user that runs FinCore, and start it again.')];
  }
}
