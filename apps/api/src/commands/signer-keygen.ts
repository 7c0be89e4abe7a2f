/** `npm run signer:keygen -- <file>`: makes a signing key file, mode 0600; never overwrites one. */

import { createKeyFile } from '../signer/signing-keys.ts';

const file = process.argv[2];
if (!file) throw new Error('Name the file: npm run signer:keygen -- <file>');
if (!createKeyFile(file)) throw new Error(`${file} is there already; a key is never overwritten.`);
process.stdout.write(
  `Made ${file}. Keep a copy apart from the database: without it the log must start over.\n`,
);
