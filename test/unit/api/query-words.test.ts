import { Type } from '@sinclair/typebox';
import { createQueryReader } from '../../../src/api/json/query-words';

const schema = Type.Object({
  limit: Type.Integer(),
  status: Type.Array(Type.String()),
  amount: Type.Object({ gte: Type.Integer() }),
  metadata: Type.Unsafe({ type: 'object', additionalProperties: { type: 'string' } }),
});

test('plain digits become numbers where the schema says integer, and nowhere else', () => {
  const query = { limit: '10', amount: { gte: '-5' }, metadata: { order: '4711' }, other: '1' };
  expect(createQueryReader(schema)(query)).toEqual({ ...query, limit: 10, amount: { gte: -5 } });
});

test('a list of one may be written as one word', () => {
  expect(createQueryReader(schema)({ status: 'failed' })).toEqual({ status: ['failed'] });
  expect(createQueryReader(schema)({ status: ['failed', 'succeeded'] })).toEqual({
    status: ['failed', 'succeeded'],
  });
});

test.each(['1e3', '0x10', '1.0', '+5', ' 5', '05', '-0', '', 'ten', ['5'], { gte: '5' }, null])(
  '%p is no integer and stays as it is',
  (limit) => {
    expect(createQueryReader(schema)({ limit })).toEqual({ limit });
  },
);

test('a name of every object is no parameter', () => {
  expect(createQueryReader(schema)({ constructor: '1', amount: { toString: '2' } })).toEqual({
    constructor: '1',
    amount: { toString: '2' },
  });
});
