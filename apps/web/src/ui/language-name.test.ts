import { expect, test } from 'vitest';
import { languageName } from './language-name.ts';

test('a language has a name, and an unknown one keeps its code', () => {
  expect(languageName('csharp')).toBe('C#');
  for (const code of ['__proto__', 'constructor', 'cobol']) expect(languageName(code)).toBe(code);
});
