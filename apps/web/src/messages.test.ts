import { expect, it } from 'vitest';
import { messages } from './messages.ts';

it('calls a language that is not known by its code, whatever that is', () => {
  const { languageName } = messages.build;
  expect(languageName('csharp')).toBe('C#');
  for (const code of ['__proto__', 'constructor', 'cobol']) expect(languageName(code)).toBe(code);
});
