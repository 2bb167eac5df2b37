import { escapePointer } from '../errors/json-pointer';

/** A text with its quotes, a character that gives JSON its shape, or any other value. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs;
const number = /^-?\d/;

/** Where the reading of a JSON text stands within an object or a list. */
interface Place {
  readonly isList: boolean;
  name: string;
}

/** The number at a JSON Pointer, digit for digit: a parser rounds what it cannot hold. Null where there is none. */
export function numberAsWritten(json: string, pointer: string): string | null {
  const places: Place[] = [];
  let text = '';
  for (const [found] of json.matchAll(token)) {
    const place = places.at(-1);
    if (found === '{') places.push({ isList: false, name: '' });
    else if (found === '[') places.push({ isList: true, name: '0' });
    else if (found === '}' || found === ']') places.pop();
    else if (found === ':' && place !== undefined) place.name = escapePointer(String(JSON.parse(text)));
    else if (found === ',' && place?.isList === true) place.name = String(Number(place.name) + 1);
    else if (number.test(found) && pointer === places.map(({ name }) => `/${name}`).join('')) return found;
    else text = found;
  }
  return null;
}
