import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { findChromium } from './support/chromium.ts';

const isBundledHere = process.platform === 'linux' && process.arch === 'x64';

test.each(isBundledHere ? [false, true] : [false])(
  'a browser starts, runs scripts and draws text (bundled: %s)',
  async (bundled) => {
    const browser = await chromium.launch(await findChromium({ bundled }));
    try {
      const page = await browser.newPage();
      await page.setContent('<h1 style="display: inline">Audit trails</h1>');
      await page.evaluate(() => document.querySelector('h1')?.append(' work'));
      expect(await page.getByRole('heading').textContent()).toBe('Audit trails work');
      const box = await page.getByRole('heading').boundingBox();
      // Without a font the text has no width.
      expect(box?.width).toBeGreaterThan(100);
      const empty = await browser.newPage();
      expect((await page.screenshot()).equals(await empty.screenshot())).toBe(false);
    } finally {
      await browser.close();
    }
  },
);
