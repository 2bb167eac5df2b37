import type { Notification, Notifier } from '../../core/ports';

export interface MemoryNotifier extends Notifier {
  notifications(): readonly Notification[];
}

/** Keeps what people would have been told. */
export function createMemoryNotifier(): MemoryNotifier {
  const notifications: Notification[] = [];
  return {
    notify: (notification) => {
      notifications.push(notification);
      return Promise.resolve();
    },
    notifications: () => notifications,
  };
}
