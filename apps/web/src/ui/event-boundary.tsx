/** Shows `fallback` in place of an event whose display fails, so that the rest of the page is unaffected. */

import { Component, type ReactNode } from 'react';

interface Props {
  fallback: ReactNode;
  children: ReactNode;
}

interface State {
  isFailed: boolean;
}

export class EventBoundary extends Component<Props, State> {
  static getDerivedStateFromError(): State {
    return { isFailed: true };
  }

  override state: State = { isFailed: false };

  override render(): ReactNode {
    return this.state.isFailed ? this.props.fallback : this.props.children;
  }
}
