import { schema } from 'pg-boss/version.json';

/** The version of the tables that the installed pg-boss makes; rows of another version would not fit them. */
export const jobsSchemaVersion: number = schema;
