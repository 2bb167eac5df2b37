import { type Diagnosis, ill, well } from './diagnosis';

const timeoutMs = 10_000;

interface ReadinessAnswer {
  readonly checks?: Readonly<Record<string, { readonly ready?: boolean; readonly detail?: string }>>;
}

/** The API answers, and each of its stores answers with the schema that this version needs. */
export async function examineApi(apiUrl: string): Promise<readonly Diagnosis[]> {
  let answer: ReadinessAnswer;
  try {
    const response = await fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(timeoutMs) });
    answer = (await response.json()) as ReadinessAnswer;
  } catch (error) {
    return [
      ill(
        `${apiUrl}/readyz does not answer: ${reasonOf(error)}`,
        'See that you ask from a network that the stage lets in (api.exposure), and follow docs/runbook/server-errors.md.',
      ),
    ];
  }
  const checks = Object.entries(answer.checks ?? {});
  if (checks.length === 0)
    return [
      ill(
        `${apiUrl}/readyz answers without checks`,
        'See that apiUrl is the address of FinCore, not of a page before it.',
      ),
    ];
  return checks.map(([name, { ready, detail }]) =>
    ready === true
      ? well(`${name} is ready`)
      : ill(`${name} is not ready: ${detail ?? 'no reason given'}`, adviceFor(name)),
  );
}

const adviceFor = (check: string): string =>
  check === 'migrations'
    ? 'Deploy the stack PaymentApi again: its first task runs the migrations; its log says what stopped them.'
    : 'Follow docs/runbook/journal-unavailable.md.';

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
};
