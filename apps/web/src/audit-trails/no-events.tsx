/** An empty list, by its cause: nothing sent yet, nothing that matches, or nothing beyond this point. */

import { Button } from '@mantine/core';
import { IconListDetails, IconSearch } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { trpc } from '../trpc.ts';
import { Notice } from '../ui/notice.tsx';
import { Snippet } from '../ui/snippet.tsx';
import { firstEventSnippet } from '../ui/first-event-snippet.ts';
import { activeFilters, filtersOf, fromNewest, withoutFilter } from './search.ts';
import type { Trail } from './use-trail.ts';

export function NoEvents({ trail }: { trail: Trail }) {
  const { search, change } = trail;
  const { states } = messages;
  if (activeFilters(search).length > 0) return <NoMatch trail={trail} />;
  if (!search.cursor) return <EmptyTrail />;
  return (
    <Notice
      icon={IconListDetails}
      title={states.endOfTrail}
      actions={<Button onClick={() => change(fromNewest)}>{messages.trail.newest}</Button>}
    >
      <p>{states.endOfTrailLead}</p>
    </Notice>
  );
}

function EmptyTrail() {
  const { may } = useSession();
  const { states } = messages;
  return (
    <Notice
      icon={IconListDetails}
      title={states.emptyTitle}
      actions={
        may('keys:manage') && (
          <Button variant="filled" component={Link} to="/settings/keys">
            {states.createKey}
          </Button>
        )
      }
    >
      <p>{states.emptyLead}</p>
      <Snippet text={firstEventSnippet(location.origin)} />
    </Notice>
  );
}

/** Offers to drop each filter, and says how many events would be left. */
function NoMatch({ trail }: { trail: Trail }) {
  const { search, filters, change } = trail;
  const { states } = messages;
  const active = activeFilters(search);
  const counts = useQueries({
    queries: active.map((name) => ({
      ...trpc.events.count.queryOptions({
        organizationId: filters.organizationId,
        ...filtersOf(withoutFilter(search, name), trail.asOf),
      }),
      staleTime: Infinity,
      enabled: active.length > 1,
    })),
  });
  return (
    <Notice
      icon={IconSearch}
      title={states.noMatch}
      actions={
        <>
          {active.map((name, index) => {
            const count = counts[index]?.data;
            if (count?.count === 0) return null;
            const filter = states.filterNames[name];
            return (
              <Button key={name} onClick={() => change(withoutFilter(search, name))}>
                {count
                  ? states.dropCount(filter, messages.trail.count(count.count, count.capped))
                  : states.drop(filter)}
              </Button>
            );
          })}
          {active.length > 1 && (
            <Button
              onClick={() =>
                change(active.reduce((rest, name) => withoutFilter(rest, name), search))
              }
            >
              {states.clearAll}
            </Button>
          )}
        </>
      }
    >
      <p>{states.noMatchLead}</p>
    </Notice>
  );
}
