import type { Route } from './call';

/** Counts the requests per endpoint since the start. As many counters as there are routes. */
export class RequestCounter {
  private readonly counts = new Map<Route, number>();

  count(route: Route): void {
    this.counts.set(route, (this.counts.get(route) ?? 0) + 1);
  }

  byEndpoint(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.counts].map(([{ method, path }, count]) => [`${method} ${path}`, count]),
    );
  }
}
