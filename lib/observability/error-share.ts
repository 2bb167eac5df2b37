import type { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ApplicationLoadBalancer,
  HttpCodeElb,
  HttpCodeTarget,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/**
 * Share of the answers with 500 or above, in percent. The load balancer answers 502, 503 and 504 for tasks that break off,
 * are missing or are late; a request that finds no task at all is in none of its counts but that of its own faults.
 */
export function errorShare({ metrics }: ApplicationLoadBalancer, period: Duration): MathExpression {
  const sum = { statistic: Stats.SUM, period };
  return new MathExpression({
    expression: '100 * (FILL(target, 0) + FILL(balancer, 0)) / (FILL(requests, 0) + FILL(balancer, 0))',
    label: 'answered with 500 or above, percent',
    period,
    usingMetrics: {
      target: metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, sum),
      balancer: metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, sum),
      requests: metrics.requestCount(sum),
    },
  });
}
