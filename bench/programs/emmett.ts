import { appendsPerSecond } from '../load/append';
import { serveProgram } from '../programs';
import { openEmmett } from '../rivals/emmett';

/** The peer in a process of its own: the connections that its pool keeps end with the process. */
const opening = openEmmett(process.env['EMMETT_DATABASE_URL'] ?? '');

serveProgram(
  async (load) => {
    const { append } = await opening;
    return appendsPerSecond(append, load as { readonly callers: number; readonly seconds: number });
  },
  async () => (await opening).close(),
);
