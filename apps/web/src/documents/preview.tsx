/** Shows a document as its readers will see it, in a sandboxed frame. */

import { messages } from '../messages.ts';
import type { Outputs } from '../trpc.ts';
import classes from './preview.module.css';

interface Props {
  organizationId: string;
  document: Outputs['documents']['get']['document'];
}

/** Without `allow-same-origin` the frame has an opaque origin, so its scripts cannot reach the Portal. */
export function Preview({ organizationId, document: { id, name } }: Props) {
  return (
    <iframe
      className={classes.frame}
      title={messages.document.preview(name ?? id)}
      sandbox="allow-scripts"
      src={`/api/v1/documents/${encodeURIComponent(id)}/preview?organizationId=${organizationId}`}
    />
  );
}
