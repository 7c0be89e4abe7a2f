/** `defineSource`: a foreign log says what its records look like, whose they are and which event each one becomes. */

import type { catalogue } from '@examples/event-catalogues';
import { stableId, type Acknowledgement, type AuditClient } from '@liblab/audit-sdk';
import type { z } from 'zod';
import { LineError } from './errors.ts';

/** What a record is emitted with: typed by the example catalogues. */
export type Audit = Pick<AuditClient<typeof catalogue>, 'emit'>;

/** Whose records they are: each tenant gets an organisation of its own. */
export interface Tenant {
  /** The same on every run and machine. */
  organizationId: string;
  name: string;
}

/** A line that was understood. */
export interface Readout {
  tenant: Tenant;
  emit(audit: Audit): Promise<Acknowledgement>;
}

export interface Source {
  title: string;
  /** Whether a file that begins with this record is one of this log. */
  recognizes(record: object): boolean;
  /** Throws LineError for a record that does not have this log's form. */
  read(record: object): Readout;
}

export interface SourceSpec<Schema extends z.ZodType> {
  /** As people call the log. */
  title: string;
  /** Fields that together no other log has. */
  marks: readonly string[];
  /** What is read of a record; the rest of it is left behind. */
  record: Schema;
  /** `key` tells tenants of this log apart, `name` is what people call one. */
  tenantOf(record: z.output<Schema>): { key: string; name: string };
  /** Emits the record as one event. May throw LineError. */
  emit(audit: Audit, record: z.output<Schema>, organizationId: string): Promise<Acknowledgement>;
}

/** Made once and kept: another one would make other organisations of the same tenants. */
const organizations = 'c308da8e-d3fe-4a36-8150-83b013633836';

export function defineSource<Schema extends z.ZodType>(spec: SourceSpec<Schema>): Source {
  const { title, marks, record: schema } = spec;
  return {
    title,
    recognizes: (record) => marks.every((mark) => Object.hasOwn(record, mark)),
    read(record) {
      const parsed = schema.safeParse(record);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const path = ['$', ...(issue?.path ?? [])].join('.');
        throw new LineError(`is no record of ${title}: ${path} ${issue?.message}`);
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
