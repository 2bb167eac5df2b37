import { parse } from 'node:querystring';
import { invalidRequest } from './api-error';

/**
 * A form value: Stripe's clients send objects as `a[b]=c` and arrays as `a[0]=b` or `a[]=b`. Numbered ones are kept as
 * objects, because `metadata[0]` is a name: the reader of a parameter decides.
 */
export type FormValue = string | FormObject | FormValue[];
export interface FormObject {
  [name: string]: FormValue;
}

/** Stripe's deepest documented parameter is six levels down. */
const depthLimit = 8;
const parameterLimit = 1_000;

/**
 * Reads a form-encoded body or query string with nested brackets.
 * The objects have no prototype, so a parameter named `__proto__` is an ordinary unknown parameter.
 * @throws ApiError 400 for too many, too deep or contradictory parameters.
 */
export function parseForm(text: string): FormObject {
  const root = emptyObject();
  if (text === '') return root;
  const flat = parse(text, '&', '=', { maxKeys: parameterLimit + 1 });
  const names = Object.keys(flat);
  if (names.length > parameterLimit) {
    throw invalidRequest(`Too many parameters: at most ${parameterLimit} are allowed.`, {});
  }
  for (const name of names) {
    const value = flat[name];
    if (value === undefined) continue;
    if (typeof value === 'string') assign(root, name, value);
    else for (const one of value) assign(root, name, one);
  }
  return root;
}

function emptyObject(): FormObject {
  return Object.create(null) as FormObject;
}

function assign(root: FormObject, name: string, value: string): void {
  const bracket = name.indexOf('[');
  if (bracket === -1) {
    root[name] = value;
    return;
  }
  const path = pathOf(name, bracket);
  let holder: FormObject | FormValue[] = root;
  for (const [index, step] of path.entries()) {
    const isLast = index === path.length - 1;
    if (isLast) {
      store(holder, step, value);
      return;
    }
    holder = descend({ holder, step, next: path[index + 1] ?? '', name });
  }
}

function pathOf(name: string, bracket: number): string[] {
  const path = [
    name.slice(0, bracket),
    ...name.slice(bracket + 1, name.endsWith(']') ? -1 : undefined).split(']['),
  ];
  if (path.length > depthLimit) {
    throw invalidRequest(`Parameters may nest at most ${depthLimit} levels deep.`, { param: name });
  }
  return path;
}

function store(holder: FormObject | FormValue[], step: string, value: FormValue): void {
  if (Array.isArray(holder)) holder.push(value);
  else holder[step === '' ? Object.keys(holder).length : step] = value;
}

interface Descent {
  readonly holder: FormObject | FormValue[];
  readonly step: string;
  readonly next: string;
  readonly name: string;
}

function descend({ holder, step, next, name }: Descent): FormObject | FormValue[] {
  const existing = Array.isArray(holder) ? holder[step === '' ? -1 : Number(step)] : holder[step];
  if (typeof existing === 'object') return existing;
  if (existing !== undefined) throw invalidRequest(`Invalid object: ${name}`, { param: name });
  const made = next === '' ? [] : emptyObject();
  store(holder, step, made);
  return made;
}
