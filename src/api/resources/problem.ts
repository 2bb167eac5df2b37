import { Type } from '@sinclair/typebox';
import type { ProblemBody } from '../errors/problem';
import { errorCodes } from '../errors/catalogue';
import { oneOf } from './schema-parts';

/** The answer to a request that was not accepted. @source RFC 9457 */
export const ProblemSchema = Type.Unsafe<ProblemBody>(
  Type.Object(
    {
      type: Type.String({ format: 'uri', description: 'Address of the page that explains the code.' }),
      title: Type.String(),
      status: Type.Integer(),
      detail: Type.String({ description: 'What was received and what is allowed.' }),
      instance: Type.String(),
      code: oneOf(errorCodes),
      param: Type.Optional(Type.String({ description: 'JSON Pointer into the body or the query.' })),
      request_id: Type.String(),
      errors: Type.Optional(
        Type.Array(Type.Object({ param: Type.String(), detail: Type.String() }), {
          description: 'Every fault, when a request has several.',
        }),
      ),
    },
    { $id: 'Problem', description: 'Why a request was not accepted (RFC 9457).' },
  ),
);
