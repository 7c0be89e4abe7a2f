import { describe, expect, it } from 'vitest';
import { checkOrigin } from './check-origin.ts';

const configured = { publicUrl: 'https://audit.example', host: '127.0.0.1' };
const unconfigured = { publicUrl: undefined, host: '127.0.0.1' };

function check(
  config: { publicUrl: string | undefined; host: string },
  headers: Record<string, string>,
  required = true,
): string {
  try {
    const req = { headers: { host: 'localhost:4000', ...headers }, protocol: 'http' };
    checkOrigin(config, req, { required });
    return 'allowed';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('checkOrigin', () => {
  it('allows the public URL and no other site', () => {
    expect(check(configured, { origin: 'https://audit.example' })).toBe('allowed');
    for (const origin of [
      'http://audit.example',
      'https://audit.example.evil.example',
      'https://evil.example',
      'http://localhost:4000',
      'null',
    ]) {
      expect(check(configured, { origin }), origin).toBe('origin_not_allowed');
    }
  });

  it('without a public URL, allows the address that the page was requested under', () => {
    expect(check(unconfigured, { origin: 'http://localhost:4000' })).toBe('allowed');
    expect(check(unconfigured, { origin: 'http://localhost:5173' })).toBe('origin_not_allowed');
    expect(check(unconfigured, { origin: 'https://localhost:4000' })).toBe('origin_not_allowed');
  });

  it('without a public URL, rejects a foreign Host while it listens on loopback', () => {
    const rebound = { host: 'evil.example', origin: 'http://evil.example' };
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example']) {
      const headers = { host, origin: `http://${host}` };
      expect(check(unconfigured, headers), host).toBe('origin_not_allowed');
    }
    expect(check({ ...unconfigured, host: '0.0.0.0' }, rebound)).toBe('allowed');
    for (const host of ['127.0.0.1:4000', '[::1]:4000', 'portal.localhost:4000']) {
      expect(check(unconfigured, { host, origin: `http://${host}` }), host).toBe('allowed');
    }
  });

  it('trusts Sec-Fetch-Site when Origin is missing, but not when Origin is wrong', () => {
    expect(check(configured, { 'sec-fetch-site': 'same-origin' })).toBe('allowed');
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(check(configured, { 'sec-fetch-site': site }), site).toBe('origin_not_allowed');
    }
    const both = { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' };
    expect(check(configured, both)).toBe('origin_not_allowed');
  });

  it('rejects a request without either header only when a cookie authorises it', () => {
    expect(check(configured, {})).toBe('origin_not_allowed');
    expect(check(configured, {}, false)).toBe('allowed');
    expect(check(configured, { origin: 'https://evil.example' }, false)).toBe('origin_not_allowed');
  });
});
