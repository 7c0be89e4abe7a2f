/** Keeps the process alive for events that are not sent yet, but never longer than 5 s after the last of them. */

/** How long unsent events hold a process that has nothing else to do, counted from the last emission. */
export const holdMs = 5_000;

/** What to do about unsent events when the process ends nonetheless; one listener serves all clients. */
const atExit = new Set<() => void>();
let listening = false;

/**
 * One timer keeps the event loop alive while something is unsent; all sockets and other timers of the client are
 * unref'ed. The system counts a pending connect or write as alive whatever is unref'ed, hence `onExpired`.
 */
export class ProcessHold {
  readonly #onExpired: () => void;
  readonly #onExit: () => void;
  #timer: NodeJS.Timeout | undefined;
  #until = 0;
  #held = false;

  constructor(on: { expired: () => void; exit: () => void }) {
    this.#onExpired = on.expired;
    this.#onExit = on.exit;
  }

  /** Whether something is unsent and the 5 s have not passed. */
  get held(): boolean {
    return this.#held;
  }

  /** An event was accepted at `now` (performance.now). */
  extend(now: number): void {
    this.#until = now + holdMs;
    if (this.#held) return;
    this.#held = true;
    atExit.add(this.#onExit);
    if (!listening) {
      listening = true;
      process.on('exit', () => atExit.forEach((onExit) => onExit()));
    }
    if (this.#timer) this.#timer.ref();
    else this.#arm(holdMs);
  }

  /** Nothing is unsent any more. */
  release(): void {
    this.#held = false;
    atExit.delete(this.#onExit);
    this.#timer?.unref();
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#held) return;
      const rest = this.#until - performance.now();
      if (rest > 0) this.#arm(Math.ceil(rest));
      else {
        // Still listed for the exit, but a later emission holds the process again.
        this.#held = false;
        this.#onExpired();
      }
    }, delayMs);
  }
}
