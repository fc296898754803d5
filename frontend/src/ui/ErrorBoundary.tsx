import { Component, type ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
  readonly fallback: (error: Error, again: () => void) => ReactNode;
  /** A change of it tries again (the open document). */
  readonly resetKey?: string;
}

interface State {
  readonly error: Error | null;
  readonly key: string | undefined;
}

/** ErrorBoundary keeps one broken page from taking the window down. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, key: this.props.resetKey };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.key ? null : { error: null, key: props.resetKey };
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return this.props.fallback(this.state.error, () => this.setState({ error: null }));
  }
}
