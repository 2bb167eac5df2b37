// Runs fauxqs (SQS, SNS, S3) on a free port of the loopback address and tells the port to the process that forked it.
import { buildApp } from 'fauxqs';

const app = buildApp({ logger: false });
await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: app.server.address().port });
process.on('disconnect', () => process.exit());
