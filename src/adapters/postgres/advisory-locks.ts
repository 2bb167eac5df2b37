/**
 * The numbers of PostgreSQL's advisory locks that FinCore takes, each for one purpose. Two purposes with one number
 * would wait for each other.
 */
export const advisoryLocks = {
  /** Migrations of a schema, one process at a time. */
  migrations: 4_217_001,
  /** The relay that leads. */
  relayLeader: 4_217_002,
  /** The database users of the programs on AWS, while they are made. */
  databaseUsers: 4_217_003,
  /** The turn in which processes of one installation start its simulator. */
  simulatorTurn: 4_217_004,
  /** First number of a pair: the installation that uses the database; 0 is the turn in which one is taken. */
  installation: 4_217_005,
  /** The schema of the job queue, while it is made. */
  jobQueue: 4_217_006,
  /** The login of the programs at the embedded server, while it is made. */
  programLogin: 4_217_007,
} as const;
