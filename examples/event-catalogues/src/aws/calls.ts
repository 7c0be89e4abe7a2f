/** Calls to AWS as CloudTrail records them: one type per operation, all with the same details. */

import { defineEvent, type EventSpec } from '@liblab/audit-core';
import { z } from 'zod';
import { text } from '../fields.ts';
import { awsCode, type AwsCode } from './code.ts';
import { operations } from './operations.ts';

/** What AWS shapes as it likes, operation by operation; the limit of an event bounds it. */
const shapedByAws = z.record(z.string(), z.unknown()).optional();

const details = {
  eventSource: text(256),
  eventName: text(256),
  region: text(64),
  readOnly: z.boolean().optional(),
  errorCode: text(256).optional(),
  /** Of whom AWS says that it called: `IAMUser`, `Root`, `AWSService`. */
  identityType: text(64),
  accessKeyId: text(128).optional(),
  /** The service that called for the actor. */
  invokedBy: text(256).optional(),
  /** Where the call came from when AWS names a host and no address. */
  sourceHost: text(256).optional(),
  vpcEndpointId: text(64).optional(),
  /** The same in the records that other accounts have of this call. */
  sharedEventId: text(64).optional(),
  request: shapedByAws,
  response: shapedByAws,
  additional: shapedByAws,
  /** Those that the type has no targets for. */
  resources: z
    .array(z.strictObject({ type: text(256).optional(), arn: text(2_048) }))
    .max(250)
    .optional(),
};

type AwsType = Pick<
  EventSpec<AwsCode, 1, typeof details, readonly string[]>,
  'type' | 'title' | 'description' | 'category' | 'targets' | 'sentence' | 'example'
>;

/** All have one type to the compiler, so that a record is emitted in one place whatever its operation. */
function defineCall(type: AwsType) {
  return defineEvent({
    ...type,
    version: 1,
    recordedBy: 'emitter',
    details,
    publicDetails: ['eventSource', 'eventName', 'region', 'readOnly', 'errorCode'],
    retentionDays: 365,
  });
}

const anyCall = defineCall({
  type: 'aws.api_call',
  title: 'AWS API call',
  description: 'AWS was called by an operation that has no type of its own.',
  category: 'aws',
  targets: [],
  sentence: 'Called {details.eventName} of {details.eventSource} in {details.region}',
  example: {
    details: {
      eventSource: 'sqs.amazonaws.com',
      eventName: 'PurgeQueue',
      region: 'eu-west-1',
      readOnly: false,
      identityType: 'IAMUser',
      resources: [{ type: 'AWS::SQS::Queue', arn: 'arn:aws:sqs:eu-west-1:111122223333:orders' }],
    },
    targets: [],
  },
});

const ownCalls = operations.flatMap(({ service, source, targets, names }) =>
  names.map((name) =>
    defineCall({
      type: awsCode(source, name),
      title: `${service} ${name}`,
      description: `${name} of AWS ${service} was called.`,
      category: `aws ${service.toLowerCase()}`,
      targets,
      sentence:
        targets.length > 0
          ? `Called ${name} on {targets.0.name|or:targets.0.id}`
          : `Called ${name} in {details.region}`,
      example: {
        details: {
          eventSource: `${source}.amazonaws.com`,
          eventName: name,
          region: 'eu-west-1',
          readOnly: /^(Describe|Get|Head|List|Lookup)/.test(name),
          identityType: 'IAMUser',
        },
        targets: targets.map((type) => ({ type, id: `arn:aws:${source}:::${type}` })),
      },
    }),
  ),
);

export const awsTypes = [anyCall, ...ownCalls];
