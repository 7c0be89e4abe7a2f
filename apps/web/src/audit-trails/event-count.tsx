/** How many events match, announced politely, and a button that clears all filters. */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { countQuery } from './queries.ts';
import { activeFilters, fromNewest } from './search.ts';
import type { Trail } from './use-trail.ts';
import classes from './event-list.module.css';

export function EventCount({ trail }: { trail: Trail }) {
  const count = useQuery({
    ...countQuery(trail.filters),
    placeholderData: (previous) => previous,
  });
  const filtered = activeFilters(trail.search).length > 0;
  return (
    <div className={classes.summary}>
      <span role="status" aria-busy={count.isFetching}>
        {count.data
          ? messages.trail.count(count.data.count, count.data.capped)
          : count.isError
            ? messages.trail.countFailed
            : messages.trail.counting}
      </span>
      {filtered && (
        <Button
          variant="transparent"
          className={classes.clear ?? ''}
          onClick={() =>
            trail.change({
              actor: undefined,
              types: undefined,
              outcome: undefined,
              from: undefined,
              to: undefined,
              ...fromNewest,
            })
          }
        >
          {messages.trail.clear}
        </Button>
      )}
    </div>
  );
}
