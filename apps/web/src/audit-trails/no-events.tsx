/** Explains an empty list: no events yet, none that match, or none on this page. */

import { Button } from '@mantine/core';
import { IconListDetails, IconSearch } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { Notice } from '../ui/notice.tsx';
import { Snippet } from '../ui/snippet.tsx';
import { firstEventSnippet } from '../ui/first-event-snippet.ts';
import { countQuery } from './queries.ts';
import { activeFilters, toFilters, fromNewest, withoutFilter } from './search.ts';
import type { Trail } from './use-trail.ts';

export function NoEvents({ trail }: { trail: Trail }) {
  const { search, change } = trail;
  const text = messages.trail;
  if (activeFilters(search).length > 0) return <NoMatch trail={trail} />;
  if (!search.cursor) return <EmptyTrail />;
  return (
    <Notice
      icon={IconListDetails}
      title={text.emptyPage}
      actions={<Button onClick={() => change(fromNewest)}>{text.newest}</Button>}
    >
      <p>{text.emptyPageLead}</p>
    </Notice>
  );
}

function EmptyTrail() {
  const { can } = useSession();
  const text = messages.trail;
  return (
    <Notice
      icon={IconListDetails}
      title={text.empty}
      actions={
        can('keys:manage') && (
          <Button variant="filled" component={Link} to="/settings/keys">
            {text.createKey}
          </Button>
        )
      }
    >
      <p>{text.emptyLead}</p>
      <Snippet text={firstEventSnippet(location.origin)} />
    </Notice>
  );
}

/** Offers to remove each filter, with the number of events that would match then. */
function NoMatch({ trail }: { trail: Trail }) {
  const { search, filters, change } = trail;
  const text = messages.trail;
  const active = activeFilters(search);
  const counts = useQueries({
    queries: active.map((name) => ({
      ...countQuery({
        organizationId: filters.organizationId,
        ...toFilters(withoutFilter(search, name), trail.asOf),
      }),
      enabled: active.length > 1,
    })),
  });
  return (
    <Notice
      icon={IconSearch}
      title={text.noMatch}
      actions={
        <>
          {active.map((name, index) => {
            const count = counts[index]?.data;
            if (count?.count === 0) return null;
            const filter = text.filterNames[name];
            return (
              <Button key={name} onClick={() => change(withoutFilter(search, name))}>
                {count
                  ? text.removeFilterCount(filter, text.count(count.count, count.capped))
                  : text.removeFilter(filter)}
              </Button>
            );
          })}
          {active.length > 1 && (
            <Button
              onClick={() =>
                change(active.reduce((rest, name) => withoutFilter(rest, name), search))
              }
            >
              {text.clear}
            </Button>
          )}
        </>
      }
    >
      <p>{text.noMatchLead}</p>
    </Notice>
  );
}
