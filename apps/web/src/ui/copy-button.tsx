/** Buttons that copy a text and confirm it in place. */

import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconLink } from '@tabler/icons-react';
import { messages } from '../messages.ts';

interface Props {
  /** Called on click. */
  text: () => string;
  label?: string;
  icon?: 'copy' | 'link';
}

function useCopy(text: () => string, label: string) {
  const clipboard = useClipboard({ timeout: 1_600 });
  const status = clipboard.error
    ? messages.ui.notCopied
    : clipboard.copied
      ? messages.ui.copied
      : label;
  return { status, copied: clipboard.copied, copy: () => clipboard.copy(text()) };
}

export function CopyIcon({ text, label = messages.ui.copy, icon = 'copy' }: Props) {
  const { status, copied, copy } = useCopy(text, label);
  const Icon = copied ? IconCheck : icon === 'link' ? IconLink : IconCopy;
  return (
    <Tooltip label={status}>
      <ActionIcon aria-label={label} onClick={copy}>
        <Icon size={16} stroke={1.4} />
        <span className="visually-hidden" role="status">
          {status === label ? '' : status}
        </span>
      </ActionIcon>
    </Tooltip>
  );
}

export function CopyButton({ text, label = messages.ui.copy, icon = 'copy' }: Props) {
  const { status, copied, copy } = useCopy(text, label);
  const Icon = copied ? IconCheck : icon === 'link' ? IconLink : IconCopy;
  return (
    <Button leftSection={<Icon size={16} stroke={1.4} />} onClick={copy}>
      <span role="status">{status}</span>
    </Button>
  );
}
