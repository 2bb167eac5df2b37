import type { StageConfiguration, StageName } from './stage-configuration';
import { dev } from './stages/dev';
import { production } from './stages/production';
import { staging } from './stages/staging';

/** Every stage that there is. */
export const stages: Readonly<Record<StageName, StageConfiguration>> = { dev, staging, production };
