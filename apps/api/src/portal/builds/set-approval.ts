/** Approves a document for publication, or withdraws the approval. */

import { language } from '@liblab/audit-core';
import { readRole, requireRole } from '../../access/authorize.ts';
import { rowNumberOf } from '../../http/numbered.ts';
import { attemptAct, denyUnless } from '../../trail/record/attempt-act.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type Act, type ActContext } from '../../trail/record/record-act.ts';
import { documentNotFound } from './get-document.ts';

/**
 * Does nothing and records nothing if the document already has the state.
 *
 * @throws AppError `forbidden`, recorded as denied; `not_found`
 */
export async function setApproval(
  services: ActContext,
  source: Source,
  { organizationId, id, approved }: { organizationId: string; id: string; approved: boolean },
): Promise<void> {
  const { pool, models } = services.db;
  const role = await readRole(pool, source.actor.id, organizationId);
  await attemptAct(services, source, async (transaction) => {
    const document = await models.Document.findOne({
      attributes: { exclude: ['content', 'preview'] },
      where: { organizationId, id: rowNumberOf(id) },
      lock: true,
      transaction,
    });
    if (!document) throw documentNotFound();
    const { buildId, name } = document;
    const code = language.safeParse(document.language).data;
    const act: Act<'user.approved_doc' | 'user.unapproved_doc'> = {
      type: approved ? 'user.approved_doc' : 'user.unapproved_doc',
      organizationId,
      targets: [
        { type: 'document', id: String(document.id), name },
        { type: 'build', id: String(buildId), name: `Build #${buildId}` },
      ],
      details: { documentId: document.id, buildId, ...(code ? { language: code } : {}) },
    };
    denyUnless(act, () => requireRole(role, 'documents:approve'));
    if (document.approved === approved) return;
    const changedAt = new Date(services.clock());
    await document.update({ approved, changedAt, changedBy: source.actor }, { transaction });
    await recordAct(services, transaction, source, act);
  });
}
