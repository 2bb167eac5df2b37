/** Public subnets for the load balancer, application subnets for tasks and functions, database subnets for data. */
export const subnetGroups = { public: 'public', application: 'application', database: 'database' } as const;
