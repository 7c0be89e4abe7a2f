/** The languages of liblab's SDKs, and how people write them. */

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

export type Language = keyof typeof languages;
