#!/usr/bin/env node
/** The command `liblab`. */

import { run } from './run.ts';

process.exitCode = await run(process.argv.slice(2), process);
