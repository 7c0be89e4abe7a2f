/** Keeps the process alive while events are unsent, for at most 5 s after the last emission. */

/** How long unsent events keep an otherwise idle process alive, counted from the last emission. */
export const keepAliveMs = 5_000;

/** Reports unsent events when the process exits anyway; one listener serves all clients. */
const exitHandlers = new Set<() => void>();
let isListening = false;

/**
 * One timer keeps the event loop alive while events are unsent; every other timer and socket of the client is unref'ed.
 * A pending connect or write keeps the loop alive even when unref'ed, so `onExpired` must end those.
 */
export class ProcessKeepAlive {
  readonly #onExpired: () => void;
  readonly #onExit: () => void;
  #timer: NodeJS.Timeout | undefined;
  #until = 0;
  #isActive = false;

  constructor(on: { expired: () => void; exit: () => void }) {
    this.#onExpired = on.expired;
    this.#onExit = on.exit;
  }

  /** Whether events are unsent and the time has not expired. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Call when an event is accepted, with `performance.now()`. */
  extend(now: number): void {
    this.#until = now + keepAliveMs;
    if (this.#isActive) return;
    this.#isActive = true;
    exitHandlers.add(this.#onExit);
    if (!isListening) {
      isListening = true;
      process.on('exit', () => exitHandlers.forEach((onExit) => onExit()));
    }
    if (this.#timer) this.#timer.ref();
    else this.#arm(keepAliveMs);
  }

  /** Call when every event is settled. */
  release(): void {
    this.#isActive = false;
    exitHandlers.delete(this.#onExit);
    this.#timer?.unref();
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isActive) return;
      const restMs = this.#until - performance.now();
      if (restMs > 0) this.#arm(Math.ceil(restMs));
      else {
        // The exit handler stays registered, and a later emission activates the timer again.
        this.#isActive = false;
        this.#onExpired();
      }
    }, delayMs);
  }
}
