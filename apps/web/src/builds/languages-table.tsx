/** The languages of a build, each with its newest pull request. */

import { IconCircleX, IconGitPullRequest } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import type { Outputs } from '../trpc.ts';
import { languageName } from '../ui/language-name.ts';
import classes from '../ui/detail-page.module.css';

type BuildData = Outputs['builds']['get'];
type PullRequest = BuildData['pullRequests'][number];

interface Props {
  build: BuildData['build'];
  pullRequests: PullRequest[];
}

export function LanguagesTable({ build, pullRequests }: Props) {
  const text = messages.build;
  // A pull request that failed can be retried, so a language may have several.
  const newestPullRequest = (language: string) =>
    pullRequests
      .filter((pullRequest) => pullRequest.language === language)
      .toSorted((left, right) => right.occurredAt.localeCompare(left.occurredAt))[0];
  const versions = new Map(build.sdks.map(({ language, version }) => [language, version]));
  const languages = new Set([
    ...versions.keys(),
    ...pullRequests.flatMap(({ language }) => language ?? []),
  ]);
  return (
    <div className={classes.scroll}>
      <table className={classes.table} role="table">
        <caption className="visually-hidden">{text.languages}</caption>
        <thead>
          <tr>
            <th scope="col">{text.language}</th>
            <th scope="col">{text.sdkVersion}</th>
            <th scope="col">{text.pullRequest}</th>
          </tr>
        </thead>
        <tbody>
          {[...languages].map((language) => {
            const pullRequest = newestPullRequest(language);
            return (
              <tr key={language}>
                <td>{languageName(language)}</td>
                <td data-label={text.sdkVersion}>{versions.get(language) ?? messages.ui.none}</td>
                <td data-label={text.pullRequest}>
                  {pullRequest ? <PullRequestText pullRequest={pullRequest} /> : messages.ui.none}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function PullRequestText({ pullRequest }: { pullRequest: PullRequest }) {
  const { outcome, prNumber, prUrl, reason, repository } = pullRequest;
  if (outcome !== 'success') {
    return (
      <>
        <span className={`${classes.badge} ${classes.bad}`}>
          <IconCircleX size={14} stroke={1.5} aria-hidden="true" />
          {messages.build.notOpened}
        </span>
        <span className={classes.reason}>{reason ?? repository}</span>
      </>
    );
  }
  const number = `#${prNumber ?? '?'}`;
  return (
    <>
      <span className={`${classes.badge} ${classes.good}`}>
        <IconGitPullRequest size={14} stroke={1.5} aria-hidden="true" />
        {prUrl && /^https?:\/\//.test(prUrl) ? (
          <a className="link" href={prUrl} target="_blank" rel="noreferrer">
            {number}
          </a>
        ) : (
          number
        )}
      </span>
      <span className={classes.reason}>{repository}</span>
    </>
  );
}
