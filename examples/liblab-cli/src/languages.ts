/** The languages of liblab's SDKs. */

/** Display names by code. */
export const languages = {
  java: 'Java',
  typescript: 'TypeScript',
  python: 'Python',
  go: 'Go',
  csharp: 'C#',
  terraform: 'Terraform',
  php: 'PHP',
  swift: 'Swift',
} as const;

/** The code of a language. */
export type Language = keyof typeof languages;
