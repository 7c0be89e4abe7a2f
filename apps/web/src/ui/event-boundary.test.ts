import { expect, test } from 'vitest';
import { EventBoundary } from './event-boundary.tsx';

test('after an error the fallback is shown in place of the event', () => {
  const boundary = new EventBoundary({ fallback: 'fallback', children: 'event' });
  expect(boundary.render()).toBe('event');
  boundary.state = EventBoundary.getDerivedStateFromError();
  expect(boundary.render()).toBe('fallback');
});
