import Ajv from 'ajv/dist/2019';
import addFormats from 'ajv-formats';

const followsGrammar = addFormats(new Ajv(), ['date-time']).compile<string>({
  type: 'string',
  format: 'date-time',
});

/** The instants whose RFC 3339 text has a year of four digits. An offset can reach beyond them. */
const earliestMs = Date.parse('0000-01-01T00:00:00.000Z');
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A time that is also an instant. The grammar of RFC 3339 allows leap seconds, which no clock here can count: let
 * through, they would reach the queries as no number at all.
 */
export function isInstant(text: string): boolean {
  if (!followsGrammar(text)) return false;
  const instantMs = Date.parse(text);
  return instantMs >= earliestMs && instantMs <= latestMs;
}
