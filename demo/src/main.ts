/** The service with the demo, where the configuration asks for one. */

import { runService } from '../../apps/api/src/app/run-service.ts';
import { createDemo } from './create-demo.ts';

await runService({ seed: createDemo });
