/** The filter by date range: relative presets, or a start and an end. */

import { lazy, Suspense, useId, useState } from 'react';
import { Loader, Popover, UnstyledButton } from '@mantine/core';
import { IconCalendar, IconCheck, IconChevronDown } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import { formatMinute } from '../ui/format-time.ts';
import { useNow } from '../ui/use-now.ts';
import { parseRelative, presets, resolveTime, type RangeText } from './range.ts';
import bar from './filter-bar.module.css';
import classes from './range-filter.module.css';

// The calendar is most of this filter's code and is rarely opened.
const RangeCalendar = lazy(() => import('./range-calendar.tsx'));

interface Props {
  value: RangeText;
  utc: boolean;
  onChange: (range: RangeText) => void;
}

export function RangeFilter({ value, utc, onChange }: Props) {
  const labelId = useId();
  const now = useNow();
  const [opened, setOpened] = useState(false);
  const choose = (range: RangeText) => {
    onChange(range);
    setOpened(false);
  };
  const isActive = value.from !== undefined || value.to !== undefined;
  const relative = value.to === undefined || value.to === 'now' ? value.from : undefined;
  const options: [string | undefined, string][] = [
    ...presets.map((preset): [string, string] => [preset, messages.trail.presets[preset]]),
    [undefined, messages.trail.allTime],
  ];
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      withinPortal={false}
      trapFocus
      returnFocus
      middlewares={{ shift: { padding: 8 }, flip: false }}
    >
      <Popover.Target>
        <UnstyledButton
          className={bar.pick}
          data-active={isActive || undefined}
          aria-labelledby={`${labelId}-name ${labelId}-value`}
          onClick={() => setOpened(!opened)}
        >
          <IconCalendar size={16} stroke={1.4} aria-hidden="true" />
          <span id={`${labelId}-name`} hidden>
            {messages.trail.range}
          </span>
          <span id={`${labelId}-value`}>{rangeLabel(value, utc, now)}</span>
          <IconChevronDown size={16} stroke={1.4} aria-hidden="true" />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label={messages.trail.range}>
        <ul className={classes.presets}>
          {options.map(([from, label]) => {
            const current = from === undefined ? !isActive : relative === from;
            return (
              <li key={label}>
                <UnstyledButton
                  className={classes.preset}
                  aria-pressed={current}
                  onClick={() => choose({ from, to: undefined })}
                >
                  {label}
                  {current && <IconCheck size={14} stroke={1.7} aria-hidden="true" />}
                </UnstyledButton>
              </li>
            );
          })}
        </ul>
        <Suspense fallback={<Loader className={classes.calendar} size="sm" />}>
          <RangeCalendar
            from={value.from && resolveTime(value.from, now)}
            to={value.to && resolveTime(value.to, now)}
            utc={utc}
            now={now}
            onChange={choose}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The label of the button: the name of the preset, or the start and the end. */
export function rangeLabel(range: RangeText, utc: boolean, now: number): string {
  const { trail } = messages;
  const { from, to } = range;
  if (!from && !to) return trail.allTime;
  if (from && (!to || to === 'now')) {
    const preset = presets.find((name) => name === from);
    if (preset) return trail.presets[preset];
    const parts = parseRelative(from);
    if (parts) return trail.rangeUnits[parts.unit](parts.count);
  }
  const formatEnd = (text: string) =>
    formatMinute(new Date(resolveTime(text, now) ?? now), utc, now);
  if (!from) return trail.rangeUntil(formatEnd(to ?? 'now'));
  return to && to !== 'now'
    ? trail.rangeBetween(formatEnd(from), formatEnd(to))
    : trail.rangeSince(formatEnd(from));
}
