import { describe, expect, it } from 'vitest';
import { cloudTrail } from '../src/sources/cloudtrail.ts';
import { emitted } from './support/emitted.ts';

const bucket = { type: 'AWS::S3::Bucket', accountId: '111122223333', ARN: 'arn:aws:s3:::orders' };
const record = {
  eventID: '3D8C7B1E-5A0C-4C1B-8B1D-0E6A7F1C2D3E',
  eventTime: '2026-01-31T09:30:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetBucketAcl',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.7',
  userAgent: 'aws-cli/2.2.16',
  requestID: 'AC36BF1R30MJ3HJE',
  userIdentity: {
    type: 'IAMUser',
    arn: 'arn:aws:iam::111122223333:user/ada',
    userName: 'ada',
    accessKeyId: 'ACCESSKEY-1',
  },
  readOnly: true,
  recipientAccountId: '111122223333',
  resources: [bucket],
  requestParameters: { bucketName: 'orders', acl: '' },
  responseElements: null,
};
const map = (changes: object = {}) => emitted(cloudTrail, { ...record, ...changes });

describe('a record of CloudTrail', () => {
  it('keeps its id, time, address and account, and has the type of its operation', () => {
    expect(map()).toEqual({
      id: '3d8c7b1e-5a0c-4c1b-8b1d-0e6a7f1c2d3e',
      type: 'aws.s3.getbucketacl',
      version: 1,
      organizationId: cloudTrail.read(record).tenant.organizationId,
      occurredAt: '2026-01-31T09:30:00.000Z',
      actor: { type: 'user', id: 'arn:aws:iam::111122223333:user/ada', name: 'ada' },
      targets: [{ type: 's3-bucket', id: 'arn:aws:s3:::orders', name: 'orders' }],
      outcome: 'success',
      context: { ip: '203.0.113.7', userAgent: 'aws-cli/2.2.16', requestId: 'AC36BF1R30MJ3HJE' },
      details: {
        eventSource: 's3.amazonaws.com',
        eventName: 'GetBucketAcl',
        region: 'eu-west-1',
        readOnly: true,
        identityType: 'IAMUser',
        accessKeyId: 'ACCESSKEY-1',
        request: { bucketName: 'orders', acl: '' },
      },
    });
    expect(cloudTrail.read(record).tenant.name).toBe('AWS 111122223333');
  });

  it('of a service has the service as actor, and no host name as IP address', () => {
    const { actor, context, details } = map({
      userIdentity: { type: 'AWSService', invokedBy: 'delivery.logs.amazonaws.com' },
      sourceIPAddress: 'delivery.logs.amazonaws.com',
    });
    expect(actor).toEqual({ type: 'system', id: 'delivery.logs.amazonaws.com' });
    expect(context.ip).toBeUndefined();
    expect(details['sourceHost']).toBe('delivery.logs.amazonaws.com');
  });

  it('distinguishes denied calls from failed ones', () => {
    const outcomeOf = (changes: object) => {
      const { outcome, reason } = map(changes);
      return [outcome, reason];
    };
    expect(outcomeOf({ errorCode: 'AccessDenied', errorMessage: 'Access Denied' })).toEqual([
      'denied',
      'Access Denied',
    ]);
    expect(outcomeOf({ errorCode: 'Client.UnauthorizedOperation' })).toEqual([
      'denied',
      'Client.UnauthorizedOperation',
    ]);
    expect(outcomeOf({ errorCode: 'NoSuchBucketPolicy' })).toEqual([
      'failure',
      'NoSuchBucketPolicy',
    ]);
    // The form of a failed sign-in.
    expect(outcomeOf({ errorMessage: 'Failed authentication' })).toEqual([
      'failure',
      'Failed authentication',
    ]);
  });

  it('drops the session token', () => {
    const { type, actor, details } = map({
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/ci/run' },
      resources: [{ type: 'AWS::IAM::Role', ARN: 'arn:aws:iam::111122223333:role/ci' }],
      responseElements: {
        credentials: { accessKeyId: 'ACCESSKEY-2', expiration: 'Jan 31', sessionToken: 'SECRET' },
        assumedRoleUser: { assumedRoleId: 'AROA:run' },
      },
    });
    expect([type, actor.type]).toEqual(['aws.sts.assumerole', 'token']);
    expect(details['response']).toEqual({
      credentials: { accessKeyId: 'ACCESSKEY-2', expiration: 'Jan 31' },
      assumedRoleUser: { assumedRoleId: 'AROA:run' },
    });
  });

  it('without a type for its operation and resources becomes aws.api_call with its resources', () => {
    const object = { type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::orders/' };
    expect(map({ eventName: 'HeadBucket', resources: [object, bucket] })).toMatchObject({
      type: 'aws.s3.headbucket',
      targets: [{ type: 's3-bucket', id: 'arn:aws:s3:::orders' }],
    });
    expect(map({ eventName: 'PutBucketLogging', resources: [object, bucket] })).toMatchObject({
      type: 'aws.api_call',
      targets: [],
      details: {
        eventName: 'PutBucketLogging',
        resources: [
          { type: 'AWS::S3::Object', arn: 'arn:aws:s3:::orders/' },
          { type: 'AWS::S3::Bucket', arn: 'arn:aws:s3:::orders' },
        ],
      },
    });
    expect(map({ resources: undefined }).type).toBe('aws.api_call');
  });

  it('of a service event without an identity has the service as actor', () => {
    const serviceEvent = {
      eventType: 'AwsServiceEvent',
      userIdentity: { accountId: '111122223333', invokedBy: 'kms.amazonaws.com' },
      eventSource: 'kms.amazonaws.com',
      eventName: 'RotateKey',
      sourceIPAddress: 'kms.amazonaws.com',
      userAgent: 'kms.amazonaws.com',
    };
    expect(map(serviceEvent).actor).toEqual({ type: 'system', id: 'kms.amazonaws.com' });
    for (const userIdentity of [{ accountId: '111122223333' }, {}, null, undefined]) {
      const event = map({ ...serviceEvent, userIdentity });
      expect(event.actor).toEqual({ type: 'system', id: 'kms.amazonaws.com' });
      expect(event.details).not.toHaveProperty('identityType');
    }
  });

  const required = ['eventID', 'eventTime', 'eventSource', 'eventName'];
  it.each(Object.keys(record).filter((name) => !required.includes(name)))(
    'without %s, or with null or nothing in it, is an event',
    (name) => {
      const empty = typeof record[name as keyof typeof record] === 'string' ? [''] : [];
      for (const value of [undefined, null, ...empty]) {
        expect(map({ [name]: value }).occurredAt).toBe('2026-01-31T09:30:00.000Z');
      }
    },
  );

  it('belongs to the account of its identity when it has no recipient', () => {
    const { recipientAccountId: _, ...rest } = record;
    const userIdentity = { ...record.userIdentity, accountId: '444455556666' };
    expect(cloudTrail.read({ ...rest, userIdentity }).tenant.name).toBe('AWS 444455556666');
    expect(cloudTrail.read(rest).tenant.name).toBe('AWS unknown account');
  });

  it('with a long error message keeps its beginning, marked as cut', () => {
    const { reason = '' } = map({ errorCode: 'Failed', errorMessage: '🦙'.repeat(1_500) });
    expect(reason).toMatch(/^🦙+… \[cut: 3000 characters in total\]$/u);
    expect(reason.length).toBeLessThanOrEqual(2_000);
  });

  it('without a required field is rejected with its path', () => {
    expect(() => map({ eventName: undefined })).toThrow(
      /^is not a record of AWS CloudTrail: \$\.eventName is required$/,
    );
  });
});
