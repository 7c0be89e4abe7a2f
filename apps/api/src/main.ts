/** The service without the demo. */

import { runService } from './app/run-service.ts';

await runService();
