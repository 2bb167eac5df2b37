-- Who wants an event is read apart from other work. Nobody could want one before.
INSERT INTO dispatch.checkpoints (reader, position)
SELECT 'webhooks', position FROM dispatch.checkpoints WHERE reader = 'dispatcher';
