/** Finds a browser for tests: the machine's Chromium, else the one from npm, with the libraries and fonts it needs. */

import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

export interface ChromiumLaunch {
  executablePath: string;
  args: string[];
  /** The whole environment for the browser. */
  env: Record<string, string>;
}

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Without a sandbox, because tests also run as root, and without background requests. */
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Options for `chromium.launch()` of playwright-core. CHROME_PATH names the browser to use; `bundled` skips the
 * machine's own.
 * @throws when there is no browser; the message says what to install
 */
export async function findChromium({ bundled = false } = {}): Promise<ChromiumLaunch> {
  const given = process.env['CHROME_PATH'];
  if (given && !isExecutable(given)) {
    throw new Error(`CHROME_PATH is ${given}, which is not an executable file.`);
  }
  const executablePath = bundled ? undefined : (given ?? installed.find(isExecutable));
  if (executablePath) return { executablePath, args, env: environment() };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `npm has no Chromium for ${process.platform}-${process.arch}. Install Chrome or Chromium, or set CHROME_PATH.`,
    );
  }
  return unpackBundled();
}

async function unpackBundled(): Promise<ChromiumLaunch> {
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const packages = join(dirname(main), '..');
  const { version } = JSON.parse(readFileSync(join(packages, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(tmpdir(), `audit-trails-chromium-${version}-${process.getuid?.()}`);
  if (!existsSync(folder)) {
    // Test files unpack concurrently: each into its own folder, and the first to finish wins.
    const draft = `${folder}.${process.pid}`;
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const archive = (name: string) => join(packages, 'bin', name);
    await Promise.all([
      decompress(archive('chromium.br'), join(draft, 'chromium')),
      ...['swiftshader', 'fonts', 'al2023'].map((name) =>
        extract(archive(`${name}.tar.br`), draft, name),
      ),
    ]);
    chmodSync(join(draft, 'chromium'), 0o755);
    writeFileSync(join(draft, 'fonts.conf'), fontConfiguration(folder));
    try {
      renameSync(draft, folder);
    } catch (error) {
      rmSync(draft, { recursive: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return bundledLaunch(folder);
}

/** Uses the bundled libraries only if the machine lacks one. */
function bundledLaunch(folder: string): ChromiumLaunch {
  const executablePath = join(folder, 'chromium');
  const env = environment();
  env['FONTCONFIG_FILE'] = join(folder, 'fonts.conf');
  if (missingLibraries(executablePath, env).length > 0) {
    env['LD_LIBRARY_PATH'] = [join(folder, 'al2023/lib'), env['LD_LIBRARY_PATH']]
      .filter(Boolean)
      .join(':');
    const missing = missingLibraries(executablePath, env);
    if (missing.length > 0) {
      throw new Error(
        `Chromium lacks ${missing.join(', ')}. Install the machine's own chromium package.`,
      );
    }
  }
  return { executablePath, args, env };
}

/** The machine's fonts, if any, and the bundled ones. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
</fontconfig>
`;
}

function missingLibraries(executable: string, env: Record<string, string>): string[] {
  const { stdout } = spawnSync('ldd', [executable], { env, encoding: 'utf8' });
  return [...(stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? '');
}

async function decompress(archive: string, file: string): Promise<void> {
  await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(file));
}

/** Chromium looks for the graphics libraries (swiftshader) in its own folder; the others get a folder each. */
async function extract(archive: string, folder: string, name: string): Promise<void> {
  const target = name === 'swiftshader' ? folder : join(folder, name);
  mkdirSync(target, { recursive: true });
  // Through a file: tar stops reading at the archive's end mark, which would break a pipe.
  const file = join(folder, `${name}.tar`);
  await decompress(archive, file);
  const { status, stderr } = spawnSync('tar', ['-xf', file, '-C', target], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${archive} could not be unpacked: ${stderr}`);
  rmSync(file);
}

function environment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
