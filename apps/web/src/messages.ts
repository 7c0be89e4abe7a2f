/**
 * Every text of the Portal. The texts stand in `messages.ts` beside the pages that show them; a second language is a
 * second set of these files and of `locale.ts`.
 */

import { apis } from './apis/messages.ts';
import { drawer, trail } from './audit-trails/messages.ts';
import { build, builds } from './builds/messages.ts';
import { document } from './documents/messages.ts';
import { frame, noOrganization, shortcuts } from './frame/messages.ts';
import { inbox } from './inbox/messages.ts';
import { keys, tokens } from './keys/messages.ts';
import { members } from './members/messages.ts';
import { settings } from './settings/messages.ts';
import {
  forgotPassword,
  invitation,
  resetPassword,
  setup,
  signIn,
  signUp,
  verifyEmail,
} from './sign-in/messages.ts';
import { ui } from './ui/messages.ts';

export const messages = {
  apis,
  build,
  builds,
  document,
  drawer,
  forgotPassword,
  frame,
  inbox,
  invitation,
  keys,
  members,
  noOrganization,
  resetPassword,
  settings,
  setup,
  shortcuts,
  signIn,
  signUp,
  tokens,
  trail,
  ui,
  verifyEmail,
};
