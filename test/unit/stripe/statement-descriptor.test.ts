import { statementSuffix } from '../../../src/adapters/psp/stripe/statement-descriptor';

test.each([
  ['Order 17', 'Order 17'],
  ['<Order> "17" \\ \'x\' *', 'Order 17 x'],
  ['  a\t b\r\nc ', 'a b c'],
  ['Café', 'Café'],
  ['a descriptor that is longer than that', 'a descriptor that is l'],
  ['twenty-one characters x', 'twenty-one characters'],
  ['12345', null],
  ['***', null],
  ['', null],
])('the statement shows %j as %j', (descriptor, suffix) => {
  expect(statementSuffix(descriptor)).toBe(suffix);
});
