/** Code or another text to copy. */

import { CopyIcon } from './copy-button.tsx';
import classes from './snippet.module.css';

export function Snippet({ text, label }: { text: string; label?: string }) {
  return (
    <div className={classes.snippet}>
      {/* It scrolls, so it must be focusable. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <span className={classes.copy}>
        <CopyIcon text={() => text} />
      </span>
    </div>
  );
}
