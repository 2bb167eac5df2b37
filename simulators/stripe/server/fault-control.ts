import type { IncomingMessage } from 'node:http';
import { faultPresets } from '../faults/fault-presets';
import type { FaultPlanner } from '../faults/fault-planner';
import { readFaultRule } from '../faults/fault-rule';
import { ApiError, invalidRequest } from '../wire/api-error';
import { parseForm } from '../wire/form';
import type { Answer } from './answer';
import { json } from './control-answer';
import { parseJson } from './control-body';
import { readBody } from './request-body';

const formType = 'application/x-www-form-urlencoded';

export const listFaults = (faults: FaultPlanner): Answer =>
  json(200, { object: 'list', data: faults.describe() });

/** Adds a fault: a JSON rule, as tests send it, or the button of the overview page that was pressed. */
export async function addFault(request: IncomingMessage, faults: FaultPlanner): Promise<Answer> {
  const body = await readBody(request);
  if (!isForm(request)) {
    faults.add(readFaultRule(parseJson(body)));
    return listFaults(faults);
  }
  refuseOtherSites(request);
  const { preset: name, times } = parseForm(body);
  const preset = faultPresets.find((candidate) => candidate.name === name);
  if (preset === undefined) {
    const choices = faultPresets.map((candidate) => candidate.name).join(', ');
    throw invalidRequest(`Invalid preset: ${JSON.stringify(name)}; must be one of ${choices}.`, {
      param: 'preset',
    });
  }
  const bound = times === undefined || times === '' ? {} : { times: Number(times) };
  faults.add(readFaultRule({ ...preset.rule, ...bound }));
  return backToOverview;
}

/** Clears every fault, for the button of the overview page: a form cannot send DELETE. */
export function clearFaultsByForm(request: IncomingMessage, faults: FaultPlanner): Answer {
  refuseOtherSites(request);
  faults.clear();
  return backToOverview;
}

const backToOverview: Answer = { status: 303, body: '', headers: { location: '/simulator#faults' } };

const isForm = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === formType;

/** Another site's page may not press the buttons: browsers say where a form was sent from. */
function refuseOtherSites({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  throw new ApiError(
    403,
    'invalid_request_error',
    `The form was sent from another site (${site}); only the simulator's own page may set faults.`,
  );
}
