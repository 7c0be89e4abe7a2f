/** Renders a README: Markdown without raw HTML, without images, and with links that are words. */

import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ html: false });
const { escapeHtml } = markdown.utils;

/** An image may only be shown by fetching it: its description stands in its place. */
markdown.renderer.rules['image'] = (tokens, index) => escapeHtml(tokens[index]?.content ?? '');

/** A preview leads nowhere: where a link would is in its title. */
markdown.renderer.rules['link_open'] = (tokens, index) =>
  `<span class="link" title="${escapeHtml(String(tokens[index]?.attrGet('href') ?? ''))}">`;
markdown.renderer.rules['link_close'] = () => '</span>';

/** HTML that holds no script, no address and nothing of the author's own. */
export function renderReadme(content: string): string {
  return markdown.render(content);
}
