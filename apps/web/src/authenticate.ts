/** Signs in and out at better-auth's own routes on this origin. */

export type SignInResult =
  | { kind: 'ok' }
  | { kind: 'wrong' }
  | { kind: 'rate_limited'; seconds: number }
  | { kind: 'unavailable' }
  | { kind: 'failed'; message: string };

/** Signs in. The response sets the session cookie. Never throws. */
export async function signIn(email: string, password: string): Promise<SignInResult> {
  const response = await post('/api/auth/sign-in/email', { email, password });
  if (!response) return { kind: 'unavailable' };
  if (response.ok) return { kind: 'ok' };
  if (response.status === 401) return { kind: 'wrong' };
  if (response.status === 429) {
    const seconds = Number(response.headers.get('Retry-After'));
    return { kind: 'rate_limited', seconds: seconds > 0 ? Math.ceil(seconds) : 60 };
  }
  if (response.status >= 500) return { kind: 'unavailable' };
  return { kind: 'failed', message: await readErrorMessage(response) };
}

/** Ends the session. Never throws, so the user leaves the page even if the server is unreachable. */
export async function signOut(): Promise<void> {
  await post('/api/auth/sign-out', {});
}

async function post(path: string, body: object): Promise<Response | undefined> {
  try {
    return await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    return undefined;
  }
}

/** better-auth responds with `{message}`, the Portal's own routes with `{error: {message}}`. */
async function readErrorMessage(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as {
    message?: string;
    error?: { message?: string };
  } | null;
  return body?.error?.message ?? body?.message ?? `HTTP ${response.status}`;
}
