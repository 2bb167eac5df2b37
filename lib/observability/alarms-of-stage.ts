import type { StageConfiguration } from '../config/stage-configuration';
import { type AlarmId, alarmIds } from './alarm-catalogue';

/** A stage whose tasks rest at night is silent by design: there nobody is woken by silence. */
export const restsAtNight = ({
  workingHours,
}: Pick<StageConfiguration['compute'], 'workingHours'>): boolean => workingHours.kind === 'weekdays';

/** A canary would find nobody in a stage that rests at night; `npx fincore doctor` tries such a stage by hand. */
export const hasCanary = ({ compute }: Pick<StageConfiguration, 'compute'>): boolean =>
  !restsAtNight(compute);

const alarmsOfTasks: readonly AlarmId[] = ['relay-silent', 'unhealthy-hosts'];

/** The alarms that a stage has; the others would go off every night, or have nothing to watch. */
export const alarmsOf = (stage: Pick<StageConfiguration, 'compute' | 'database'>): readonly AlarmId[] =>
  alarmIds.filter((id) => {
    if (id === 'canary-failed') return hasCanary(stage);
    if (id === 'proxy-pinned') return stage.database.proxy;
    return !alarmsOfTasks.includes(id) || !restsAtNight(stage.compute);
  });
