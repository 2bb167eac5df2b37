import { sha256 } from '../../../src/adapters/postgres/sha256';
import { ledgerContract } from './ledger.contract';
import { openPostgresLedger } from './postgres-ledger';

ledgerContract('the ledger on PostgreSQL', { sha256, open: openPostgresLedger });
