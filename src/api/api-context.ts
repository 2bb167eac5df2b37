import type { TSchema } from '@sinclair/typebox';
import type { Api, RouteContext } from './routes/api';

/** A context as the API shows it. */
export interface ApiContext {
  /** Headings of the reference. */
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Schemas that the document names, and uses by reference. */
  readonly schemas: readonly TSchema[];
  readonly routes: readonly ((app: Api, context: RouteContext) => void | Promise<void>)[];
}
