import type { ApiDocument, Operation } from './api-document';

/** The operation that a server should take a request for, by the document alone; null for none. */
export function routeOf({ operations }: ApiDocument, method: string, target: string): Operation | null {
  const path = decodedPath(target);
  if (path === null) return null;
  const asked = method === 'HEAD' ? 'GET' : method;
  const fits = (operation: Operation) => operation.method === asked && matches(operation.path, path);
  return operations.find(fits) ?? null;
}

/** Without query and fragment; of an absolute target its path. A semicolon belongs to the path (RFC 3986, section 3.3). */
function decodedPath(target: string): readonly string[] | null {
  const path = target.replace(/^https?:\/\/[^/]*/, '').split(/[?#]/, 1)[0] ?? '';
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
}

function matches(template: string, path: readonly string[]): boolean {
  const parts = template.split('/');
  return (
    parts.length === path.length &&
    parts.every((part, index) => (part.startsWith('{') ? path[index] !== '' : part === path[index]))
  );
}
