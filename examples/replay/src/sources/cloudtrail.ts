/** AWS CloudTrail: one record per AWS call, as delivered, including repeated deliveries. */

import { isIP } from 'node:net';
import { awsCode, catalogue, type AwsCode } from '@examples/event-catalogues';
import type { Actor } from '@liblab/audit-sdk';
import { z } from 'zod';
import { defineSource } from '../source.ts';

/** An object whose fields depend on the operation. */
const operationFields = z.record(z.string(), z.unknown()).nullish();

const recordSchema = z.object({
  eventID: z.string(),
  eventTime: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  awsRegion: z.string(),
  sourceIPAddress: z.string(),
  userAgent: z.string().nullish(),
  requestID: z.string().nullish(),
  userIdentity: z.object({
    type: z.string(),
    arn: z.string().optional(),
    userName: z.string().optional(),
    invokedBy: z.string().optional(),
    principalId: z.string().optional(),
    accessKeyId: z.string().optional(),
  }),
  recipientAccountId: z.string(),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  readOnly: z.boolean().optional(),
  resources: z
    .array(
      z.object({
        type: z.string().optional(),
        ARN: z.string().optional(),
        ARNPrefix: z.string().optional(),
      }),
    )
    .nullish(),
  vpcEndpointId: z.string().optional(),
  sharedEventID: z.string().optional(),
  requestParameters: operationFields,
  responseElements: z
    .looseObject({
      // Drops the session token, which is secret.
      credentials: z
        .object({ accessKeyId: z.string(), expiration: z.string() })
        .optional()
        .catch(undefined),
    })
    .nullish(),
  additionalEventData: operationFields,
});

type CloudTrailRecord = z.output<typeof recordSchema>;

export const cloudTrail = defineSource({
  title: 'AWS CloudTrail',
  marks: ['eventID', 'eventSource', 'eventName'],
  record: recordSchema,
  tenantOf: ({ recipientAccountId }) => ({
    key: recipientAccountId,
    name: `AWS ${recipientAccountId}`,
  }),
  emit(audit, record, organizationId) {
    const { type, targets, resources } = typeOf(record);
    const isAddress = isIP(record.sourceIPAddress) !== 0;
    return audit.emit(type, {
      id: record.eventID,
      organizationId,
      occurredAt: record.eventTime,
      actor: actorOf(record),
      targets,
      ...outcomeOf(record),
      context: {
        ip: isAddress ? record.sourceIPAddress : undefined,
        userAgent: record.userAgent ?? undefined,
        requestId: record.requestID ?? undefined,
      },
      details: {
        eventSource: record.eventSource,
        eventName: record.eventName,
        region: record.awsRegion,
        readOnly: record.readOnly,
        errorCode: record.errorCode,
        identityType: record.userIdentity.type,
        accessKeyId: record.userIdentity.accessKeyId || undefined,
        invokedBy: record.userIdentity.invokedBy,
        sourceHost: isAddress ? undefined : record.sourceIPAddress,
        vpcEndpointId: record.vpcEndpointId,
        sharedEventId: record.sharedEventID,
        request: record.requestParameters ?? undefined,
        response: record.responseElements ?? undefined,
        additional: record.additionalEventData ?? undefined,
        resources,
      },
    });
  },
});

function actorOf({ userIdentity }: CloudTrailRecord): Actor {
  const { type, arn, userName, invokedBy, principalId } = userIdentity;
  const id = arn ?? userName ?? invokedBy ?? principalId ?? type;
  const name = userName === undefined ? {} : { name: userName };
  if (type === 'AWSService') return { type: 'system', id };
  // An assumed role acts with temporary credentials.
  return { type: /^(IAMUser|Root)$/.test(type) ? 'user' : 'token', id, ...name };
}

/** Failed sign-ins have a message but no code. */
function outcomeOf({ errorCode, errorMessage }: CloudTrailRecord) {
  const reason = errorMessage ?? errorCode;
  if (reason === undefined) return { outcome: 'success' as const };
  const isDenied = /AccessDenied|Unauthorized|NotAuthorized|Forbidden/.test(errorCode ?? '');
  return { outcome: isDenied ? ('denied' as const) : ('failure' as const), reason };
}

/** The operation's own type if the catalogue has one with these targets; otherwise `aws.api_call`. */
function typeOf({ eventSource, eventName, resources }: CloudTrailRecord) {
  const targets = (resources ?? []).flatMap(({ type = '', ARN: id }) =>
    id === undefined ? [] : [{ type: kindOf(type), id, name: nameOf(id) }],
  );
  const own = awsCode(eventSource, eventName);
  const kinds = catalogue.latest(own)?.targets.join();
  if (kinds === targets.map(({ type }) => type).join()) return { type: own, targets };
  const any: AwsCode = 'aws.api_call';
  const named = resources?.map(({ type, ARN, ARNPrefix = '' }) => ({
    type,
    arn: ARN ?? ARNPrefix,
  }));
  return { type: any, targets: [], resources: named };
}

/** Turns `AWS::S3::Bucket` into `s3-bucket`. */
function kindOf(type: string): string {
  return type.replace('AWS::', '').replaceAll('::', '-').toLowerCase();
}

/** The part of an ARN after partition, service, region and account. */
function nameOf(arn: string): string {
  return arn.split(':').slice(5).join(':').slice(0, 200) || arn;
}
