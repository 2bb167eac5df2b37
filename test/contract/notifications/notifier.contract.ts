import type { Notification, Notifier } from '../../../src/core/ports';

export interface NotifierUnderTest {
  readonly notifier: Notifier;
  /** What people were told, in any order. */
  told(): Promise<readonly Notification[]>;
  close(): Promise<void>;
}

/** What every notifier does, whatever it stands on. */
export function notifierContract(name: string, open: () => Promise<NotifierUnderTest>): void {
  describe(`notifier contract: ${name}`, () => {
    test('tells what happened, and how urgent it is', async () => {
      const under = await open();
      const notifications: readonly Notification[] = [
        {
          subject: 'Ledger imbalance',
          message: 'EUR is off by 1 minor unit.\nRun: fincore verify ü',
          severity: 'critical',
        },
        { subject: 'Backup taken', message: 'All is well.', severity: 'info' },
      ];
      for (const notification of notifications) await under.notifier.notify(notification);
      const told = await under.told();
      expect(told).toHaveLength(2);
      expect(told).toEqual(expect.arrayContaining([...notifications]));
      await under.close();
    });
  });
}
