/** `makeReadme`: the README of an SDK in one language. */

import { languages, type Language } from './languages.ts';
import type { LiblabConfig } from './liblab-config.ts';
import type { OpenapiDocument, Operation } from './openapi-document.ts';

const descriptionCharsMax = 4_000;

/** Describes the SDK's versions, installation and operations, in Markdown. */
export function makeReadme(
  { sdkName, languageOptions }: Pick<LiblabConfig, 'sdkName' | 'languageOptions'>,
  { title, version, description, operations }: OpenapiDocument,
  language: Language,
  sdkVersion: string,
): string {
  const install = installCommand(languageOptions[language] ?? {}, language);
  return [
    `# ${sdkName} ${languages[language]} SDK ${sdkVersion}`,
    `An SDK for ${title} in ${languages[language]}.`,
    ...(description ? [description.slice(0, descriptionCharsMax)] : []),
    `- API version: ${version}\n- SDK version: ${sdkVersion}`,
    ...(install ? ['## Installation', `\`\`\`sh\n${install}\n\`\`\``] : []),
    '## Operations',
    ...(operations.length === 0 ? ['The API document lists no operations.'] : groups(operations)),
  ]
    .join('\n\n')
    .concat('\n');
}

type PackageNames = NonNullable<LiblabConfig['languageOptions'][Language]>;

/** Undefined when the configuration names no package. */
function installCommand(
  { npmName, npmOrg, pypiPackageName, goModuleName, packageId }: PackageNames,
  language: Language,
): string | undefined {
  if (language === 'typescript' && npmName) {
    return `npm install ${npmOrg ? `@${npmOrg.replace(/^@/, '')}/` : ''}${npmName}`;
  }
  if (language === 'python' && pypiPackageName) return `pip install ${pypiPackageName}`;
  if (language === 'go' && goModuleName) return `go get ${goModuleName}`;
  if (language === 'csharp' && packageId) return `dotnet add package ${packageId}`;
  return undefined;
}

/** A table for each tag of the document. */
function groups(operations: readonly Operation[]): string[] {
  const byTag = new Map<string, Operation[]>();
  for (const operation of operations) {
    const tag = operation.tag ?? '';
    byTag.set(tag, [...(byTag.get(tag) ?? []), operation]);
  }
  return [...byTag].flatMap(([tag, members]) => [
    ...(tag ? [`### ${cell(tag)}`] : []),
    [
      '| operation | path | |\n| --- | --- | --- |',
      ...members.map(
        ({ method, path, summary }) => `| ${method} | \`${cell(path)}\` | ${cell(summary)} |`,
      ),
    ].join('\n'),
  ]);
}

const cell = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
