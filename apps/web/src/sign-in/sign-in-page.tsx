/** `/sign-in`: signs in with e-mail and password. */

import { useEffect, useState, type FormEvent } from 'react';
import { PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { localPath } from '../address.ts';
import { messages } from '../messages.ts';
import { FormPage, requiredField } from './form-page.tsx';
import { signIn, type SignInResult } from '../authenticate.ts';
import classes from './form-page.module.css';
import '@mantine/core/styles/PasswordInput.css';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const search = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [result, setResult] = useState<SignInResult>();
  const [busy, setBusy] = useState(false);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [waitSeconds, startWait] = useCountdown();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    const answer = await signIn(email.trim(), password);
    setBusy(false);
    setResult(answer);
    startWait(answer.kind === 'rate_limited' ? answer.seconds : 0);
    if (answer.kind !== 'ok') return;
    queryClient.clear();
    router.history.push(localPath(search.redirect));
  }

  const text = messages.signIn;
  return (
    <FormPage
      title={text.title}
      lead={text.lead}
      problem={result && describeProblem(result, waitSeconds)}
      onSubmit={submit}
      submit={text.submit}
      busy={busy}
      disabled={waitSeconds > 0}
      links={
        <>
          <Link to="/sign-up">{text.signUp}</Link>
          <Link to="/forgot-password">{text.forgotPassword}</Link>
        </>
      }
    >
      {search.expired && !result && <p className={classes.note}>{text.expired}</p>}
      <TextInput
        label={text.email}
        name="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        type="email"
        autoComplete="username"
        {...requiredField}
        autoFocus
      />
      <PasswordInput
        label={text.password}
        name="password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
        {...requiredField}
        size="sm"
      />
    </FormPage>
  );
}

function describeProblem(result: SignInResult, waitSeconds: number): string | undefined {
  const text = messages.signIn;
  switch (result.kind) {
    case 'rate_limited':
      return waitSeconds > 0 ? text.rateLimited(waitSeconds) : text.rateLimitOver;
    case 'unavailable':
      return text.unavailable;
    case 'failed':
      return text.failed(result.message);
    case 'wrong':
      return text.wrong;
    case 'ok':
      return undefined;
  }
}

/** The seconds left until another attempt is allowed, and a function that starts the countdown. */
function useCountdown(): [number, (seconds: number) => void] {
  const [count, setCount] = useState({ until: 0, now: 0 });
  const { until } = count;
  useEffect(() => {
    if (until === 0) return;
    const timer = setInterval(() => setCount({ until, now: Date.now() }), 1_000);
    return () => clearInterval(timer);
  }, [until]);
  const start = (seconds: number) => {
    const now = Date.now();
    setCount({ until: seconds > 0 ? now + seconds * 1_000 : 0, now });
  };
  return [Math.max(0, Math.ceil((until - count.now) / 1_000)), start];
}
