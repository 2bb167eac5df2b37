import { ledgerContract } from './ledger.contract';
import { openPostgresLedger } from './postgres-ledger';

ledgerContract('the ledger on PostgreSQL', { open: openPostgresLedger });
