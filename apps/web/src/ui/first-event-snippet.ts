/** The shortest program that sends an event, shown in an empty trail and with a new key. */

/** @param apiKey written into the program; a placeholder by default */
export function firstEventSnippet(origin: string, apiKey = 'llat_…'): string {
  return `// npm install @liblab/audit-sdk
import { AuditClient } from '@liblab/audit-sdk';

const audit = new AuditClient({
  url: '${origin}',
  apiKey: '${apiKey}',
});
await audit.emit('user.create_api', {
  actor: { type: 'user', id: '1', email: 'ada@example.com' },
  targets: [{ type: 'api', id: '1', name: 'Llama Store' }],
  details: { apiName: 'Llama Store', apiId: 1 },
});
await audit.close();`;
}
