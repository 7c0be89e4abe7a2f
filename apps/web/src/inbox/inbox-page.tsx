/** `/inbox`: the e-mails that a service without a mail server would have sent. With a mail server the page does not exist. */

import { IconMail } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { NotFoundPage } from '../ui/error-pages.tsx';
import { locale } from '../locale.ts';
import { messages } from '../messages.ts';
import { FailureNotice, Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { inboxQuery } from './inbox-query.ts';
import classes from './inbox-page.module.css';

export function InboxPage() {
  const text = messages.inbox;
  const inbox = useQuery({
    ...inboxQuery,
    // Without an inbox there is nothing to poll.
    refetchInterval: ({ state }) => (state.data === null ? false : 2_000),
  });
  if (inbox.data === null) {
    return (
      <main>
        <NotFoundPage />
      </main>
    );
  }
  return (
    <main className={classes.page} aria-busy={inbox.isPending}>
      <PageHeader title={text.title} />
      <p className={classes.lead}>{text.lead}</p>
      {inbox.isError ? (
        <FailureNotice error={inbox.error} retry={() => void inbox.refetch()} />
      ) : inbox.data?.length === 0 ? (
        <Notice icon={IconMail} title={text.none}>
          <p>{text.noneLead}</p>
        </Notice>
      ) : (
        inbox.data?.map((letter) => (
          <article key={letter.id} className={classes.letter}>
            <h2>{letter.subject}</h2>
            <p className={classes.meta}>
              <span>{text.to(letter.to)}</span>
              <time dateTime={letter.receivedAt}>
                {new Date(letter.receivedAt).toLocaleTimeString(locale)}
              </time>
            </p>
            <p className={classes.text}>{letter.text.split(address).map(linkAddress)}</p>
          </article>
        ))
      )}
    </main>
  );
}

const address = /(https?:\/\/\S+)/;

/** Links the addresses: splitting by a captured pattern puts them at the odd indexes. */
function linkAddress(part: string, index: number) {
  return index % 2 === 0 ? (
    part
  ) : (
    <a key={index} href={part}>
      {part}
    </a>
  );
}
