/** The documents of the demo's builds: an OpenAPI document for each API, a README for each of its languages. */

import { sdkNameOf } from './acts.ts';
import { languageNames, type Api, type Language } from './cast.ts';

/** As a tool registers them; they are the same in every build. */
export function documentsOf(api: Api, languages: readonly Language[]) {
  return [
    {
      kind: 'openapi' as const,
      name: `${api.name} API`,
      content: JSON.stringify(openapiOf(api), null, 2),
    },
    ...languages.map((language) => ({
      kind: 'readme' as const,
      language,
      name: `${languageNames[language]} guide`,
      content: readmeOf(api, language),
    })),
  ];
}

function openapiOf({ name }: Api): object {
  const noun = name.split(' ').at(-1) ?? name;
  const path = `/${noun.toLowerCase()}`;
  const item = { $ref: '#/components/schemas/Item' };
  const json = (schema: object) => ({ 'application/json': { schema } });
  return {
    openapi: '3.1.0',
    info: {
      title: `${name} API`,
      version: '1.0.0',
      description: `What ${name} offers to shops and apps. All times are in UTC.`,
    },
    servers: [{ url: 'https://api.exciting.soda' }],
    paths: {
      [path]: {
        get: {
          operationId: `list${noun}`,
          summary: `List ${noun.toLowerCase()}`,
          parameters: [
            { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
            { name: 'after', in: 'query', schema: { type: 'string' } },
          ],
          responses: {
            200: { description: 'A page', content: json({ type: 'array', items: item }) },
          },
        },
        post: {
          operationId: `create${noun}`,
          summary: `Create an entry of ${noun.toLowerCase()}`,
          requestBody: { required: true, content: json(item) },
          responses: { 201: { description: 'Created', content: json(item) } },
        },
      },
      [`${path}/{id}`]: {
        get: {
          operationId: `get${noun}`,
          summary: 'Read one entry',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: {
            200: { description: 'The entry', content: json(item) },
            404: { description: 'There is none' },
          },
        },
      },
    },
    components: {
      schemas: {
        Item: {
          type: 'object',
          required: ['id', 'name'],
          properties: {
            id: { type: 'string', format: 'uuid' },
            name: { type: 'string', maxLength: 200 },
            createdAt: { type: 'string', format: 'date-time' },
          },
        },
      },
    },
  };
}

function readmeOf(api: Api, language: Language): string {
  const sdk = sdkNameOf(api);
  return `# ${api.name} SDK for ${languageNames[language]}

Calls the **${api.name} API** with types, retries and paging.

## Install

\`\`\`sh
${installs[language](sdk)}
\`\`\`

## Authenticate

Every call carries an API key. Read it from the environment; never write it into the code.

## Methods

| method | what it does |
| --- | --- |
| \`list\` | a page of entries, newest first |
| \`get\` | one entry by its id |
| \`create\` | a new entry |

Errors carry the status, a code and the request's id. What answers 429 or 503 is tried again, three times at most.
`;
}

const installs: Readonly<Record<Language, (sdk: string) => string>> = {
  java: (sdk) => `mvn dependency:get -Dartifact=soda.exciting:${sdk}:LATEST`,
  typescript: (sdk) => `npm install @exciting-soda/${sdk}`,
  python: (sdk) => `pip install ${sdk}`,
  go: (sdk) => `go get github.com/exciting-soda/${sdk}-go`,
  csharp: (sdk) => `dotnet add package ExcitingSoda.${sdk}`,
  terraform: (sdk) => `terraform init # with exciting-soda/${sdk}`,
  php: (sdk) => `composer require exciting-soda/${sdk}`,
  swift: (sdk) => `swift package add exciting-soda/${sdk}-swift`,
};
