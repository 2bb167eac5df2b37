import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const ofTheSchedule = Type.Object({ 'detail-type': Type.Literal('Scheduled Event') });
const ofAnOperator = Type.Object({ whole: Type.Optional(Type.Boolean()) }, { additionalProperties: false });

/**
 * Whether an operator asks for a whole pass now; the schedule never does.
 * @throws where an operator mistyped it: nobody is to wait for a pass that does not begin
 */
export function isAskedForWhole(event: unknown): boolean {
  if (Value.Check(ofTheSchedule, event)) return false;
  if (Value.Check(ofAnOperator, event)) return event.whole ?? false;
  throw new Error('The verification takes {"whole":true} for a whole pass now, {} for one more part');
}
