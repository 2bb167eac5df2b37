import type { IncomingMessage } from 'node:http';
import { invalidRequest } from '../wire/api-error';
import { parseForm, type FormObject, type FormValue } from '../wire/form';
import { readBody } from './request-body';

/** Reads the fields of a control's body: JSON, as tests write it, or a form, as pages send it. */
export async function readControlBody(request: IncomingMessage): Promise<FormObject> {
  const body = await readBody(request);
  if (!body.trimStart().startsWith('{')) return parseForm(body);
  const value = formValue(parseJson(body));
  return typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** @throws ApiError 400 when the text is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw invalidRequest('The body must be a JSON object.', {});
  }
}

/** The same value as a form carries it; null unsets, as an empty text does. */
function formValue(value: unknown): FormValue {
  if (Array.isArray(value)) return value.map(formValue);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, formValue(field)]));
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}
