/** `awsCode`: type codes of AWS operations. They are lower-case, since IAM ignores the case of actions too. */

/** `aws.s3.putobject`, or `aws.api_call` for an operation without its own type. */
export type AwsCode = `aws.${string}`;

/**
 * The type code of an operation.
 * @example awsCode('route53resolver.amazonaws.com', 'ListFirewallRules') // 'aws.route53resolver.listfirewallrules'
 */
export function awsCode(eventSource: string, eventName: string): AwsCode {
  const [service = ''] = eventSource.split('.');
  return `aws.${service.replaceAll('-', '_').toLowerCase()}.${eventName.toLowerCase()}`;
}
