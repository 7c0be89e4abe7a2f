/** The filters: e-mail, event type, result and date range. */

import type { RefObject } from 'react';
import { messages } from '../messages.ts';
import { EmailFilter } from './email-filter.tsx';
import { OutcomeFilter } from './outcome-filter.tsx';
import { RangeFilter } from './range-filter.tsx';
import { TypeFilter } from './type-filter.tsx';
import { fromNewest } from './search.ts';
import type { Trail } from './use-trail.ts';
import classes from './filter-bar.module.css';

interface Props {
  trail: Trail;
  emailRef: RefObject<HTMLInputElement | null>;
}

export function FilterBar({ trail, emailRef }: Props) {
  const { search, change } = trail;
  return (
    <search className={classes.bar} aria-label={messages.trail.filters}>
      <EmailFilter
        ref={emailRef}
        value={search.actor}
        // Changing an existing filter adds no entry to the browser's history.
        onChange={(actor) =>
          change({ actor, ...fromNewest }, { replace: search.actor !== undefined })
        }
      />
      <TypeFilter
        value={search.types ?? []}
        onChange={(types) => change({ types: types.length > 0 ? types : undefined, ...fromNewest })}
      />
      <OutcomeFilter
        value={search.outcome}
        onChange={(outcome) => change({ outcome, ...fromNewest })}
      />
      <RangeFilter
        value={search}
        utc={search.tz === 'utc'}
        onChange={(range) => change({ from: range.from, to: range.to, ...fromNewest })}
      />
    </search>
  );
}
