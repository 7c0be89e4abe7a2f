/** The AWS operations with their own types; all others are recorded as `aws.api_call`. */

/** Operations of one service with the same targets. */
export interface Operations {
  /** The service's name as AWS writes it. */
  service: string;
  /** The event source without its domain: `s3` for `s3.amazonaws.com`. */
  source: string;
  /** The kinds of resources in a record, in order. */
  targets: readonly string[];
  names: readonly string[];
}

/** Operations by service. */
export const operations: readonly Operations[] = [
  of('Application Insights', 'application-insights', 'ListApplications'),
  of('Billing', 'billingconsole', 'GetBillsForBillingPeriod GetTotalAmountForForecast'),
  of('CloudFormation', 'cloudformation', 'ListTypes'),
  of(
    'CloudTrail',
    'cloudtrail',
    `CreateTrail DescribeTrails GetEventSelectors GetInsightSelectors GetTrailStatus ListTags LookupEvents
     PutEventSelectors PutInsightSelectors StartLogging UpdateTrail`,
  ),
  of(
    'CloudWatch Logs',
    'logs',
    'CreateLogGroup CreateLogStream DescribeLogGroups DescribeMetricFilters',
  ),
  of(
    'CloudWatch',
    'monitoring',
    'DescribeAlarms DescribeInsightRules GetDashboard ListDashboards PutDashboard',
  ),
  of('Compute Optimizer', 'compute-optimizer', 'GetEnrollmentStatus'),
  of(
    'Config',
    'config',
    `DescribeConfigRules DescribeConfigurationRecorders DescribeConfigurationRecorderStatus
     DescribePendingAggregationRequests`,
  ),
  of(
    'EC2',
    'ec2',
    `CreateFlowLogs DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones
     DescribeClassicLinkInstances DescribeCustomerGateways DescribeDhcpOptions DescribeEgressOnlyInternetGateways
     DescribeFlowLogs DescribeHosts DescribeImages DescribeInstanceAttribute DescribeInstanceCreditSpecifications
     DescribeInstances DescribeInstanceStatus DescribeInstanceTypes DescribeInternetGateways DescribeKeyPairs
     DescribeLaunchTemplates DescribeNatGateways DescribeNetworkAcls DescribeNetworkInterfaces
     DescribePlacementGroups DescribeRegions DescribeRouteTables DescribeSecurityGroups DescribeSnapshots
     DescribeSubnets DescribeTags DescribeVolumes DescribeVolumesModifications DescribeVolumeStatus
     DescribeVpcAttribute DescribeVpcEndpoints DescribeVpcEndpointServiceConfigurations
     DescribeVpcPeeringConnections DescribeVpcs DescribeVpnConnections DescribeVpnGateways`,
  ),
  of('Elastic Load Balancing', 'elasticloadbalancing', 'DescribeLoadBalancers'),
  of(
    'Elasticsearch',
    'es',
    'DescribeReservedElasticsearchInstances ListDomainNames ListNotifications',
  ),
  of('Health', 'health', 'DescribeEventAggregates'),
  of(
    'IAM',
    'iam',
    `AttachRolePolicy CreateAccessKey CreatePolicy CreateRole GetPolicy GetPolicyVersion ListAttachedGroupPolicies
     ListAttachedUserPolicies ListGroupPolicies ListGroups ListGroupsForUser ListPolicies ListRoles
     ListUserPolicies ListUsers PutUserPolicy`,
  ),
  of('KMS', 'kms', 'ListAliases'),
  of('KMS', 'kms', 'CreateKey Decrypt GenerateDataKey', ['kms-key']),
  of('KMS', 'kms', 'CreateAlias', ['kms-key', 'kms-key']),
  of('Lambda', 'lambda', 'ListFunctions20150331'),
  of('Resource Groups', 'resource-groups', 'ListGroups'),
  of('Route 53 Resolver', 'route53resolver', 'ListFirewallRuleGroupAssociations'),
  of('S3', 's3', 'GetAccountPublicAccessBlock ListAccessPoints ListBuckets'),
  of(
    'S3',
    's3',
    `GetBucketAcl GetBucketLocation GetBucketObjectLockConfiguration GetBucketPolicy GetBucketPolicyStatus
     GetBucketPublicAccessBlock GetBucketVersioning GetBucketWebsite HeadBucket ListObjects PutBucketPolicy`,
    ['s3-bucket'],
  ),
  of('S3', 's3', 'GetObject PutObject', ['s3-object', 's3-bucket']),
  of('Sign-in', 'signin', 'ConsoleLogin'),
  of('STS', 'sts', 'GetCallerIdentity'),
  of('STS', 'sts', 'AssumeRole', ['iam-role']),
  of('Tagging', 'tagging', 'GetTagKeys'),
];

function of(
  service: string,
  source: string,
  names: string,
  targets: readonly string[] = [],
): Operations {
  return { service, source, targets, names: names.split(/\s+/) };
}
