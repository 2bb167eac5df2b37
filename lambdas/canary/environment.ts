/** The environment that the stack gives the canary. */
export interface CanaryEnvironment {
  readonly FINCORE_PUBLIC_URL: string;
  readonly FINCORE_CANARY_SECRET_ARN: string;
}

/** @throws when a variable is missing; the message names it */
export function canaryEnvironment(environment: NodeJS.ProcessEnv): CanaryEnvironment {
  const read = (name: keyof CanaryEnvironment): string => {
    const value = environment[name];
    if (value === undefined || value === '')
      throw new Error(`${name} is not set; the Observability stack sets it.`);
    return value;
  };
  return {
    FINCORE_PUBLIC_URL: read('FINCORE_PUBLIC_URL'),
    FINCORE_CANARY_SECRET_ARN: read('FINCORE_CANARY_SECRET_ARN'),
  };
}
