/** Import before creating any schema: the content security policy forbids the code that zod generates. */

import { z } from 'zod';

z.config({ jitless: true });
