import type { FormObject } from '../wire/form';
import { noFaults, type PlannedFaults } from './planned-faults';

export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly values: FormObject;
  readonly header: string | readonly string[] | undefined;
}

export class FaultPlanner {
  forRequest(_facts: RequestFacts): PlannedFaults {
    return noFaults;
  }
}
