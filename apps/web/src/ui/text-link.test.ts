import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { TextLink } from './text-link.tsx';

test('another site opens in a new tab and does not learn the address of the page', () => {
  const link = TextLink({ href: 'https://ci.example/312', children: 'Open' });
  expect(renderToStaticMarkup(link)).toBe(
    '<a href="https://ci.example/312" target="_blank" rel="noreferrer">Open</a>',
  );
});
