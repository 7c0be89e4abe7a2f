/** A link to a page of the Portal, or to another site in a new tab. */

import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';

interface Props {
  /** A path of the Portal or an https address. */
  href: string;
  className?: string | undefined;
  children: ReactNode;
}

export function TextLink({ href, className, children }: Props) {
  return href.startsWith('/') ? (
    <Link to={href} className={className}>
      {children}
    </Link>
  ) : (
    <a href={href} target="_blank" rel="noreferrer" className={className}>
      {children}
    </a>
  );
}
