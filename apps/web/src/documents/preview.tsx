/** A document as its readers will see it, in a frame that may do nothing but show it. */

import { messages } from '../messages.ts';
import type { Outputs } from '../trpc.ts';
import classes from './preview.module.css';

interface Props {
  organizationId: string;
  document: Outputs['documents']['get']['document'];
}

/** Scripts run in the frame, in an origin of their own: nothing of the Portal is in their reach. */
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
