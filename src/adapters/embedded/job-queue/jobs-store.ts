import type { Store } from '../../postgres/migrate';
import jobs from './migrations/0001-jobs.sql';

/** Lives in the journal's database: jobs and the place up to which events have become jobs commit together. */
export const jobsStore: Store = { schema: 'jobs', migrations: [{ name: '0001-jobs', sql: jobs }] };

/** The channel on which a commit tells every process of its jobs. */
export const jobsChannel = 'jobs';
