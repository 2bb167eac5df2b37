/** `critical` wakes somebody up, `warning` waits for working hours, `info` is read when there is time. */
export type Severity = 'info' | 'warning' | 'critical';

export interface Notification {
  /** One line, also the subject of an e-mail; longer than 100 characters it is cut. */
  readonly subject: string;
  /** What happened, whom it touches and what to do first. No card number and no secret. */
  readonly message: string;
  readonly severity: Severity;
}

/** Tells the people who run FinCore. */
export interface Notifier {
  /**
   * Resolves when the notification is accepted for delivery, which may happen twice.
   * @throws NotificationFailed when it is not accepted in time
   */
  notify(notification: Notification): Promise<void>;
}

export class NotificationFailed extends Error {
  override readonly name = 'NotificationFailed';
}

const longestSubject = 100;

/** The subject in one line of printable ASCII, as e-mail subjects through SNS must be. */
export function subjectLine(subject: string): string {
  const printable = subject.replace(/[^\x21-\x7e]+/g, ' ').trim();
  const line = printable === '' ? 'FinCore' : printable;
  return line.length <= longestSubject ? line : `${line.slice(0, longestSubject - 3)}...`;
}
