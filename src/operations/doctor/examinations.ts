import { type Diagnosis, type Examination, ill } from './diagnosis';

/** What one examination saw. */
export interface Finding {
  readonly part: string;
  readonly diagnosis: Diagnosis;
}

/**
 * Runs the examinations in their order and reports what each saw. It goes on after a fault: what else is wrong helps to
 * find the first cause.
 * @param blind the advice where an examination itself fails
 * @returns whether everything is as it must be
 */
export async function runExaminations(
  examinations: readonly Examination[],
  report: (finding: Finding) => void,
  blind: string,
): Promise<boolean> {
  let isWell = true;
  for (const { name, run } of examinations)
    for (const diagnosis of await diagnosesOf(name, run, blind)) {
      if (diagnosis.kind === 'ill') isWell = false;
      report({ part: name, diagnosis });
    }
  return isWell;
}

/** An examination that fails is a finding, too. */
async function diagnosesOf(
  name: string,
  run: Examination['run'],
  blind: string,
): Promise<readonly Diagnosis[]> {
  try {
    return await run();
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return [ill(`${name} cannot be looked at: ${reason}`, blind)];
  }
}
