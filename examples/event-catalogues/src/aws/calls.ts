/** AWS calls as recorded by CloudTrail: one type per operation, all with the same details. */

import { defineEvent, type EventSpec } from '@liblab/audit-core';
import { z } from 'zod';
import { text } from '../fields.ts';
import { awsCode, type AwsCode } from './code.ts';
import { operations } from './operations.ts';

/** An object whose fields depend on the operation; bounded only by the size limit of an event. */
const operationFields = z.record(z.string(), z.unknown()).optional();

const details = {
  eventSource: text(256),
  eventName: text(256),
  /** Absent for acts of AWS without a region. */
  region: text(64).optional(),
  readOnly: z.boolean().optional(),
  errorCode: text(256).optional(),
  /** The kind of caller: `IAMUser`, `Root`, `AWSService`. Absent for events of a service itself. */
  identityType: text(64).optional(),
  accessKeyId: text(128).optional(),
  /** The service that called on the actor's behalf. */
  invokedBy: text(256).optional(),
  /** The caller's host, when AWS records a host name instead of an address. */
  sourceHost: text(256).optional(),
  vpcEndpointId: text(64).optional(),
  /** Identifies the same call in the records of other accounts. */
  sharedEventId: text(64).optional(),
  request: operationFields,
  response: operationFields,
  additional: operationFields,
  /** Resources for which the type has no targets. */
  resources: z
    .array(z.strictObject({ type: text(256).optional(), arn: text(2_048) }))
    .max(250)
    .optional(),
};

type AwsType = Pick<
  EventSpec<AwsCode, 1, typeof details, readonly string[]>,
  'type' | 'title' | 'description' | 'category' | 'targets' | 'sentence' | 'example'
>;

/** Gives all operations the same TypeScript type, so that one call of `emit` serves them all. */
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
  description: 'An AWS operation without its own event type was called.',
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

const operationTypes = operations.flatMap(({ service, source, targets, names }) =>
  names.map((name) =>
    defineCall({
      type: awsCode(source, name),
      title: `${service} ${name}`,
      description: `The operation ${name} of AWS ${service} was called.`,
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

/** All types of AWS calls. */
export const awsTypes = [anyCall, ...operationTypes];
