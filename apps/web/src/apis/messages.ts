/** Texts of the list of APIs and of an API's page. */

export const apis = {
  title: 'APIs',
  caption: (organization: string) => `APIs in ${organization}, newest first`,
  api: 'API',
  builds: 'Builds',
  lastBuild: 'Last build',
  createdAt: 'Created',
  none: 'No APIs yet',
  noneLead: 'An API appears here after its first build.',
  id: 'API ID',
  buildsCaption: (api: string) => `Builds of ${api}, newest first`,
  notRegistered: 'Not registered here; known only from events.',
  notFound: (id: string) => `API ${id} not found`,
};
