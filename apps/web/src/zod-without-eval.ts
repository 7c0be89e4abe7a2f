/** Imported before any schema is made: the content security policy forbids code made at run time. */

import { z } from 'zod';

z.config({ jitless: true });
