/** `/audit-trails/<event id>`: everything about one event, beside the list. */

import { use, useEffect, useRef } from 'react';
import { ActionIcon, Skeleton } from '@mantine/core';
import { useFocusTrap, useMediaQuery, useMergedRef } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconFileUnknown, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { TrailEvent } from '@liblab/audit-core';
import { formatNumber } from '../../locale.ts';
import { messages } from '../../messages.ts';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { toFailure } from '../../trpc.ts';
import { CopyIcon } from '../../ui/copy-button.tsx';
import { EventBoundary } from '../../ui/event-boundary.tsx';
import { FailureNotice, Notice } from '../../ui/notice.tsx';
import { eventQuery } from '../queries.ts';
import { TrailContext } from '../trail-context.ts';
import { rowLinkId } from '../use-list-keys.ts';
import { EventBody } from './event-body.tsx';
import classes from './event-drawer.module.css';

const route = getRouteApi('/frame/audit-trails/$eventId');
const checkpointPollMs = 1_500;

export function EventDrawer() {
  const { eventId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { events, organizationId } = use(TrailContext);
  // On a phone the drawer covers the whole screen.
  const isModal = useMediaQuery('(max-width: 640px)');
  const drawer = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(drawer, useFocusTrap(isModal));
  const index = events.findIndex(({ id }) => id === eventId);
  const event = useQuery({
    ...eventQuery(organizationId, eventId),
    refetchInterval: ({ state }) =>
      state.data && !state.data.log.checkpoint ? checkpointPollMs : false,
  });
  const shown: TrailEvent | undefined = event.data ?? events[index];

  useEffect(() => {
    drawer.current?.focus({ preventScroll: true });
    document.getElementById(rowLinkId(eventId))?.scrollIntoView({ block: 'nearest' });
  }, [eventId]);

  const show = (other: TrailEvent | undefined) =>
    other &&
    void navigate({
      to: '/audit-trails/$eventId',
      params: { eventId: other.id },
      search: true,
      resetScroll: false,
      replace: true,
    });
  const close = () => {
    void navigate({ to: '/audit-trails', search: true, resetScroll: false }).then(() => {
      const link = document.getElementById(rowLinkId(eventId));
      (link ?? document.querySelector('h1'))?.focus({ preventScroll: link === null });
    });
  };
  const [previous, next] = index === -1 ? [] : [events[index - 1], events[index + 1]];
  useShortcuts({ Escape: close, '[': () => show(previous), ']': () => show(next) }, drawer);

  const text = messages.drawer;
  return (
    <div
      ref={ref}
      className={classes.drawer}
      tabIndex={-1}
      aria-label={text.label(shown?.type ?? '')}
      aria-busy={event.isPending}
      role={isModal ? 'dialog' : 'complementary'}
      {...(isModal ? { 'aria-modal': true } : {})}
    >
      <div className={classes.bar}>
        <span className={classes.position}>{shown && text.position(formatNumber(shown.seq))}</span>
        <ActionIcon aria-label={text.previous} disabled={!previous} onClick={() => show(previous)}>
          <IconChevronUp size={16} stroke={1.4} />
        </ActionIcon>
        <ActionIcon aria-label={text.next} disabled={!next} onClick={() => show(next)}>
          <IconChevronDown size={16} stroke={1.4} />
        </ActionIcon>
        <CopyIcon
          icon="link"
          label={messages.ui.copyLink}
          text={() => `${location.origin}/audit-trails/${eventId}`}
        />
        <ActionIcon aria-label={text.close} onClick={close}>
          <IconX size={16} stroke={1.4} />
        </ActionIcon>
      </div>
      <div className={classes.inside}>
        {shown ? (
          <EventBoundary
            key={shown.id}
            fallback={<p>{messages.ui.unshownAt(shown.type, shown.seq)}</p>}
          >
            <EventBody event={shown} log={event.data?.log} utc={search.tz === 'utc'} />
          </EventBoundary>
        ) : event.isError ? (
          ['not_found', 'bad_request'].includes(toFailure(event.error).code) ? (
            <Notice icon={IconFileUnknown} title={text.notFound}>
              <p>{messages.ui.notFoundHint}</p>
            </Notice>
          ) : (
            <FailureNotice error={event.error} retry={() => void event.refetch()} />
          )
        ) : (
          <Placeholder />
        )}
      </div>
    </div>
  );
}

function Placeholder() {
  return (
    <>
      <Skeleton height={16} width={160} mt={4} />
      <Skeleton height={10} width={320} mt={16} />
      <Skeleton height={10} width={240} mt={12} />
      <Skeleton height={10} width={280} mt={48} />
      <Skeleton height={10} width={200} mt={16} />
      <Skeleton height={10} width={240} mt={16} />
    </>
  );
}
