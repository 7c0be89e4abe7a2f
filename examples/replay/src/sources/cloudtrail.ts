/** AWS CloudTrail: one record per AWS call, as delivered, including repeated deliveries. */

import { isIP } from 'node:net';
import { awsCode, catalogue, type AwsCode } from '@examples/event-catalogues';
import { cutText, limits } from '@liblab/audit-core';
import type { Actor } from '@liblab/audit-sdk';
import { z } from 'zod';
import { defineSource } from '../source.ts';

/** An object whose fields depend on the operation. */
const operationFields = z.record(z.string(), z.unknown()).nullish();

/** AWS leaves out fields that do not apply, or sends null or an empty text. */
const optionalText = z
  .string()
  .nullish()
  .transform((text) => text || undefined);

const identity = z.object({
  type: optionalText,
  arn: optionalText,
  accountId: optionalText,
  userName: optionalText,
  invokedBy: optionalText,
  principalId: optionalText,
  accessKeyId: optionalText,
});

/** Only what every record has is required: records of services, insights and other event types lack the rest. */
const recordSchema = z.object({
  eventID: z.string(),
  eventTime: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  awsRegion: optionalText,
  sourceIPAddress: optionalText,
  userAgent: optionalText,
  requestID: optionalText,
  userIdentity: identity.nullish().transform((value) => value ?? identity.parse({})),
  recipientAccountId: optionalText,
  errorCode: optionalText,
  errorMessage: optionalText,
  readOnly: z.boolean().nullish(),
  resources: z
    .array(
      z.object({
        type: optionalText,
        ARN: optionalText,
        ARNPrefix: optionalText,
      }),
    )
    .nullish(),
  vpcEndpointId: optionalText,
  sharedEventID: optionalText,
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
  tenantOf({ recipientAccountId, userIdentity }) {
    const account = recipientAccountId ?? userIdentity.accountId ?? 'unknown account';
    return { key: account, name: `AWS ${account}` };
  },
  emit(audit, record, organizationId) {
    const { type, targets, resources } = typeOf(record);
    const isAddress = isIP(record.sourceIPAddress ?? '') !== 0;
    return audit.emit(type, {
      id: record.eventID,
      organizationId,
      occurredAt: record.eventTime,
      actor: actorOf(record),
      targets,
      ...outcomeOf(record),
      context: {
        ip: isAddress ? record.sourceIPAddress : undefined,
        userAgent: record.userAgent && cutText(record.userAgent, limits.contextCharsMax),
        requestId: record.requestID,
      },
      details: {
        eventSource: record.eventSource,
        eventName: record.eventName,
        region: record.awsRegion,
        readOnly: record.readOnly ?? undefined,
        errorCode: record.errorCode,
        identityType: record.userIdentity.type,
        accessKeyId: record.userIdentity.accessKeyId,
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

/** A record without an identity type is an act of AWS itself. */
function actorOf({ userIdentity, eventSource }: CloudTrailRecord): Actor {
  const { type, arn, userName, invokedBy, principalId } = userIdentity;
  const id = arn ?? userName ?? invokedBy ?? principalId ?? type ?? eventSource;
  const name = userName === undefined ? {} : { name: userName };
  if (type === undefined || type === 'AWSService') return { type: 'system', id };
  // An assumed role acts with temporary credentials.
  return { type: /^(IAMUser|Root)$/.test(type) ? 'user' : 'token', id, ...name };
}

/** Failed sign-ins have a message but no code. */
function outcomeOf({ errorCode, errorMessage }: CloudTrailRecord) {
  const reason = errorMessage ?? errorCode;
  if (reason === undefined) return { outcome: 'success' as const };
  const isDenied = /AccessDenied|Unauthorized|NotAuthorized|Forbidden/.test(errorCode ?? '');
  return {
    outcome: isDenied ? ('denied' as const) : ('failure' as const),
    reason: cutText(reason, limits.reasonCharsMax),
  };
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
  const named = resources?.flatMap(({ type, ARN, ARNPrefix }) => {
    const arn = ARN ?? ARNPrefix;
    return arn === undefined ? [] : [{ type, arn }];
  });
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
