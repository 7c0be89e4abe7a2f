/** The sandboxed page that shows a document's preview. */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface PreviewedDocument {
  kind: 'openapi' | 'readme';
  /** JSON of an OpenAPI document, HTML of a README. */
  preview: string;
}

const require = createRequire(import.meta.url);
const { version } = require('redoc/package.json') as { version: string };

/** Contains the renderer's version, so the content of the path never changes. */
export const rendererPath = `/api/v1/previews/redoc-${version}.js`;

/**
 * The page and its Content-Security-Policy. The policy also protects a page that is opened outside the frame: opaque
 * origin, no network access, no script except the renderer.
 */
export function previewPage({ kind, preview }: PreviewedDocument): {
  html: string;
  policy: string;
} {
  const nonce = randomBytes(16).toString('base64');
  const body = kind === 'openapi' ? openapiBody(preview, nonce) : readmeBody(preview);
  const policy = [
    'sandbox allow-scripts',
    "default-src 'none'",
    ...(kind === 'openapi' ? [`script-src 'nonce-${nonce}'`] : []),
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Preview</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>${style}</style></head>
<body>${body}</body></html>
`;
  return { html, policy };
}

function openapiBody(preview: string, nonce: string): string {
  // Only "<" can end a script element, and JSON can escape it.
  const json = preview.replaceAll('<', '\\u003c');
  return `<main id="reference"></main>
<script type="application/json" id="document">${json}</script>
<script src="${rendererPath}" nonce="${nonce}"></script>`;
}

function readmeBody(preview: string): string {
  return `<main class="readme">${preview}</main>`;
}

const style = `
body { margin: 0; background: #fff; color: #24292f; font: 15px/1.6 system-ui, sans-serif; }
.readme { max-width: 860px; margin: 0 auto; padding: 24px 32px 48px; overflow-wrap: anywhere; }
.readme pre { overflow: auto; padding: 12px 16px; border-radius: 6px; background: #f5f6f8; }
.readme code { font: 13px/1.5 ui-monospace, monospace; }
.readme :not(pre) > code { padding: 2px 4px; border-radius: 4px; background: #f0f1f4; }
.readme table { display: block; overflow: auto; border-collapse: collapse; }
.readme :is(th, td) { padding: 6px 12px; border: 1px solid #d8dee4; text-align: start; }
.readme blockquote { margin: 0; padding-inline-start: 16px; border-inline-start: 3px solid #d8dee4; }
.link { text-decoration: underline dotted; }
`;

let renderer: string | undefined;

/** Redoc and its start-up code in one script. */
export function readRenderer(): string {
  return (renderer ??= [
    // The only image that Redoc loads from the network.
    read(require.resolve('redoc/bundles/redoc.standalone.js')).replaceAll(
      'https://cdn.redoc.ly/redoc/logo-mini.svg',
      'data:,',
    ),
    read(join(import.meta.dirname, 'start-renderer.js')),
  ].join('\n'));
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}
