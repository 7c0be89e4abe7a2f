/** The service with the demo, where the configuration asks for one. */

import { runService } from '@liblab/audit-api/app/run-service';
import { createDemo } from './create-demo.ts';

await runService({ seed: createDemo });
