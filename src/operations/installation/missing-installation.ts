import { resolve } from 'node:path';
import { existingLayout } from '../../adapters/embedded/postgres-server/layout';
import { type Configuration, locationsOf } from '../../configuration/configuration';
import { refuseUnfinishedRestore } from './unfinished-restore';
import { CommandRefused } from '../../configuration/command-refused';

/**
 * A misspelt FINCORE_DATA_DIR, or the wrong folder to stand in, would otherwise make an empty installation: a backup of
 * nothing, and books that verify because nothing is in them.
 * @throws CommandRefused where the embedded server would have to be made first, or holds part of a restore
 */
export async function refuseMissingInstallation({ dataDirectory, databases }: Configuration): Promise<void> {
  await refuseUnfinishedRestore(dataDirectory);
  const isEmbedded = locationsOf(databases).some(({ kind }) => kind === 'embedded');
  if (isEmbedded && (await existingLayout(dataDirectory)) === undefined)
    throw new CommandRefused(
      `There is no installation in ${resolve(dataDirectory)}. Run this in the project folder, or name the folder of the installation with FINCORE_DATA_DIR; npm start makes a new one.`,
    );
}
