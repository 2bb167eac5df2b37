import { CommandRefused } from '../../src/configuration/command-refused';
import { failureInWords } from '../../src/operations/process/failure-in-words';

const system = (message: string) => Object.assign(new Error(message), { code: 'ECONNREFUSED' });

describe('what ended a program, in words', () => {
  it('is the message alone for a refusal', () => {
    expect(failureInWords(new CommandRefused('There is no merchant mer_1.'))).toBe(
      'There is no merchant mer_1.',
    );
  });

  it('names the causes of what failed outside, without places in the code', () => {
    const error = new Error('the journal does not answer', { cause: system('connect ECONNREFUSED') });
    expect(failureInWords(error)).toBe('the journal does not answer\n  because: connect ECONNREFUSED');
  });

  it('gives a word for each address of a host', () => {
    const error = new AggregateError([system('connect ::1:5432'), system('connect 127.0.0.1:5432')]);
    expect(failureInWords(error)).toBe('connect ::1:5432; connect 127.0.0.1:5432');
  });

  it('shows the place in the code of a defect, also behind another error', () => {
    const error = new Error('could not start', { cause: new TypeError('x is not a function') });
    expect(failureInWords(error)).toContain('x is not a function');
    expect(failureInWords(error)).toMatch(/^\s+at /m);
  });

  it('takes whatever was thrown, and a chain without an end', () => {
    expect(failureInWords('broken')).toBe('broken');
    const error = new Error('again');
    error.cause = error;
    expect(failureInWords(error).split('because').length).toBe(5);
  });
});
