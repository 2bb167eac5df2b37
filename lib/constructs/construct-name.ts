/** `payments-follow-up` is `PaymentsFollowUp`, as CloudFormation names constructs and outputs. */
export const constructName = (name: string): string =>
  name
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
