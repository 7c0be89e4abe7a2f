/** `defineSource`: describes a foreign log: its records, their tenants, and the event that each record becomes. */

import type { catalogue } from '@examples/event-catalogues';
import { explainIssue, jsonPath } from '@liblab/audit-core';
import { stableId, type Acknowledgement, type AuditClient } from '@liblab/audit-sdk';
import type { z } from 'zod';
import { LineError } from './errors.ts';

/** The client that emits records, typed by the example catalogues. */
export type Audit = Pick<AuditClient<typeof catalogue>, 'emit'>;

/** The owner of records. Each tenant gets its own organisation. */
export interface Tenant {
  /** The same id on every run and machine. */
  organizationId: string;
  name: string;
}

/** A valid record. */
export interface ParsedRecord {
  tenant: Tenant;
  emit(audit: Audit): Promise<Acknowledgement>;
}

/** A log that can be replayed. */
export interface Source {
  title: string;
  /** Whether a file that starts with this record is of this log. */
  recognizes(record: object): boolean;
  /** @throws LineError when the record does not match this log's format */
  read(record: object): ParsedRecord;
}

/** The definition of a source. */
export interface SourceSpec<Schema extends z.ZodType> {
  /** The log's name, as users know it. */
  title: string;
  /** Fields that identify the log: no other source has all of them. */
  marks: readonly string[];
  /** The fields to read; others are dropped. */
  record: Schema;
  /** `key` identifies the tenant within this log; `name` is its display name. */
  tenantOf(record: z.output<Schema>): { key: string; name: string };
  /**
   * Emits the record as one event.
   * @throws LineError
   */
  emit(audit: Audit, record: z.output<Schema>, organizationId: string): Promise<Acknowledgement>;
}

/** Namespace of organisation ids. Changing it would create new organisations for existing tenants. */
const organizations = 'c308da8e-d3fe-4a36-8150-83b013633836';

/** Builds a source that validates records by their schema. */
export function defineSource<Schema extends z.ZodType>(spec: SourceSpec<Schema>): Source {
  const { title, marks, record: schema } = spec;
  return {
    title,
    recognizes: (record) => marks.every((mark) => Object.hasOwn(record, mark)),
    read(record) {
      const parsed = schema.safeParse(record, { error: explainIssue });
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const path = jsonPath(issue?.path ?? []);
        throw new LineError(`is not a record of ${title}: ${path} ${issue?.message}`);
      }
      const { key, name } = spec.tenantOf(parsed.data);
      const organizationId = stableId(organizations, `${title}/${key}`);
      return {
        tenant: { organizationId, name },
        emit: (audit) => spec.emit(audit, parsed.data, organizationId),
      };
    },
  };
}
