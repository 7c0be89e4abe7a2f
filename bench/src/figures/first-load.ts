/** The JavaScript that a browser downloads to show the trail. */

import { measureFirstLoad } from '@liblab/audit-web/test-support/first-load';
import { printFigure } from '../figure.ts';

export function firstLoad(): void {
  printFigure({
    name: 'first load of /audit-trails, JavaScript gzip',
    value: measureFirstLoad(),
    unit: 'bytes',
    floor: null,
    ratio: null,
    bars: [{ of: 'value', max: 250_000 }],
  });
}
