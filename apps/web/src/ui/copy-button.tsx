/** Copies a text and says so in its own place. */

import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconLink } from '@tabler/icons-react';
import { messages } from '../messages.ts';

interface Props {
  /** What is copied, made at the click. */
  text: () => string;
  label?: string;
  icon?: 'copy' | 'link';
}

function useCopy(text: () => string, label: string) {
  const clipboard = useClipboard({ timeout: 1_600 });
  const said = clipboard.error ? messages.notCopied : clipboard.copied ? messages.copied : label;
  return { said, copied: clipboard.copied, copy: () => clipboard.copy(text()) };
}

export function CopyIcon({ text, label = messages.copy, icon = 'copy' }: Props) {
  const { said, copied, copy } = useCopy(text, label);
  const Icon = copied ? IconCheck : icon === 'link' ? IconLink : IconCopy;
  return (
    <Tooltip label={said}>
      <ActionIcon aria-label={label} onClick={copy}>
        <Icon size={16} stroke={1.4} />
        <span className="visually-hidden" role="status">
          {said === label ? '' : said}
        </span>
      </ActionIcon>
    </Tooltip>
  );
}

export function CopyButton({ text, label = messages.copy, icon = 'copy' }: Props) {
  const { said, copied, copy } = useCopy(text, label);
  const Icon = copied ? IconCheck : icon === 'link' ? IconLink : IconCopy;
  return (
    <Button leftSection={<Icon size={16} stroke={1.4} />} onClick={copy}>
      <span role="status">{said}</span>
    </Button>
  );
}
