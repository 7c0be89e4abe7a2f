/** Renders a README: Markdown without raw HTML and images, and with links as text. */

import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ html: false });
const { escapeHtml } = markdown.utils;

/** Shows the description instead of the image, which would need network access. */
markdown.renderer.rules['image'] = (tokens, index) => escapeHtml(tokens[index]?.content ?? '');

/** Shows a link as text with its URL in the title. */
markdown.renderer.rules['link_open'] = (tokens, index) =>
  `<span class="link" title="${escapeHtml(String(tokens[index]?.attrGet('href') ?? ''))}">`;
markdown.renderer.rules['link_close'] = () => '</span>';

/** HTML without scripts, URLs to load, and raw HTML of the author. */
export function renderReadme(content: string): string {
  return markdown.render(content);
}
