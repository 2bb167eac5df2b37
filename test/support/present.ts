/** The value, which the test knows to be there. */
export function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the test expects a value here');
  return value;
}
