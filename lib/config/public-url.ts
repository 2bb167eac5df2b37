import type { StageConfiguration } from './stage-configuration';

/** Where callers reach the API. */
export const publicUrlOf = ({ api }: Pick<StageConfiguration, 'api'>): string => `https://${api.domainName}`;
