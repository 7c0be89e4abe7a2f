/** Names of the languages that SDKs are made in. */

const names = new Map([
  ['java', 'Java'],
  ['typescript', 'TypeScript'],
  ['python', 'Python'],
  ['go', 'Go'],
  ['csharp', 'C#'],
  ['terraform', 'Terraform'],
  ['php', 'PHP'],
  ['swift', 'Swift'],
]);

/** The language's name, or its code if it is not known here. */
export function languageName(code: string): string {
  return names.get(code) ?? code;
}
