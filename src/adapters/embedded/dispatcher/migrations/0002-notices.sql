-- Notices are read apart from now on. Up to here the dispatcher has made jobs of them too.
INSERT INTO dispatch.checkpoints (reader, position)
SELECT 'notices', position FROM dispatch.checkpoints WHERE reader = 'dispatcher';
