import { type Context, type EventFacts, streamKind } from '../ports';
import { enforcementCodec, ruleSetCodec } from './codec';
import { type RiskErrorCode, riskCatalogue } from './errors';
import type { EnforcementEvent, RuleSetEvent } from './events';
import { riskReadModel } from './read-model';
import { enforcementPrefix, ruleSetPrefix } from './use-cases/risk-streams';

/** Rules move no money and ask for no work: the next charge is assessed by them. */
const fact = <Event extends RuleSetEvent | EnforcementEvent>(
  action: string,
  meaning: string,
): EventFacts<Event> => ({ action, meaning, movement: null, effects: null, jobs: null, publicEvent: null });

/** The rules by which a charge is approved, held for review or blocked before any provider sees it. */
export const riskContext: Context<RiskErrorCode> = {
  name: 'risk',
  streams: [
    streamKind<RuleSetEvent>({
      title: 'Rule set',
      prefix: ruleSetPrefix,
      subject: 'rs_…',
      codec: ruleSetCodec,
      parts: [],
      facts: {
        RuleSetSaved: fact('SaveRuleSet', 'Rules were written down; nothing is assessed by them yet.'),
      },
    }),
    streamKind<EnforcementEvent>({
      title: 'Rules in force',
      prefix: enforcementPrefix,
      subject: '<merchant and side>',
      codec: enforcementCodec,
      parts: ['ruleSetId', 'from'],
      facts: {
        RuleSetActivated: fact('ActivateRuleSet', 'New charges are assessed by this set from now on.'),
        RuleSetRolledBack: fact(
          'RollBackRuleSet',
          'The set that was in force before is in force again, or none where there was none.',
        ),
      },
    }),
  ],
  chart: {},
  queues: [],
  readModels: [riskReadModel],
  refusals: riskCatalogue,
  publicTypes: {},
};
