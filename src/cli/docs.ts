import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { errorReference } from '../api/errors/error-reference';
import { type DescribedApi, apiReference } from '../api/openapi/api-reference';
import { apiDocument } from '../compose/api-document';
import { commandReference } from './command-reference';
import { configurationReference } from '../configuration/configuration-reference';
import { eventReference } from './event-reference';
import type { Cloud, GeneratedPage } from './cloud';
import { CommandRefused } from '../configuration/command-refused';
import type { CommandOutput } from '../compose/with-stores';

/** The pages that are written from code, by their paths in the project. A test compares each with its file. */
export const generatedPages = async (
  program: Command,
  cloud: Cloud,
): Promise<Readonly<Record<GeneratedPage, string>>> => {
  const document = await apiDocument();
  return {
    'docs/reference/api.md': apiReference(JSON.parse(document) as DescribedApi),
    'docs/reference/cli.md': commandReference(program),
    'docs/reference/configuration.md': configurationReference(),
    'docs/reference/errors.md': errorReference(),
    'docs/reference/events.md': eventReference(),
    'docs/reference/openapi.json': document,
    ...cloud.pages(),
  };
};

export async function writeDocs(
  output: CommandOutput,
  program: Command,
  cloud: Cloud,
  project: string,
): Promise<void> {
  const folder = join(project, 'docs', 'reference');
  await access(folder).catch(() => {
    throw new CommandRefused(`There is no folder ${folder}; run this in the project folder.`);
  });
  for (const [page, text] of Object.entries(await generatedPages(program, cloud))) {
    await writeFile(join(project, page), text);
    output.print(page);
  }
}
