/** How an AWS operation is spelled as a code: IAM, too, does not tell the case of actions apart. */

/** `aws.s3.putobject`, or `aws.api_call` for an operation that has no type of its own. */
export type AwsCode = `aws.${string}`;

/** @example awsCode('route53resolver.amazonaws.com', 'ListFirewallRules') // 'aws.route53resolver.listfirewallrules' */
export function awsCode(eventSource: string, eventName: string): AwsCode {
  const [service = ''] = eventSource.split('.');
  return `aws.${service.replaceAll('-', '_').toLowerCase()}.${eventName.toLowerCase()}`;
}
