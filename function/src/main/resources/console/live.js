// The stream of decisions (server-sent events), read by fetch: unlike EventSource it hears heartbeats, and
// so knows a connection that hangs from one where nothing happens.

/** Splits a stream of text into events {id, name, data}. Comments are heard and left out. */
export function reader() {
  let rest = '';
  return text => {
    const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop();
    return blocks
      .map(block => {
        const found = {id: '', name: 'message', data: ''};
        for (const line of block.split('\n')) {
          const [, field, value] = /^(id|event|data): ?(.*)$/.exec(line) ?? [];
          if (field === 'data') found.data += (found.data && '\n') + value;
          else if (field) found[field === 'event' ? 'name' : 'id'] = value;
        }
        return found;
      })
      .filter(found => found.data);
  };
}

/** How long nothing may be heard. */
export const STALE_MS = 40_000;
/** How long the head of the stream may take to come. */
export const HEAD_MS = 15_000;

/**
 * What the chip says: "live", "reconnecting", "polling" (the stream is silent, and the service answers when it
 * is asked) or "stale".
 *
 * @param heardAt when the stream was heard last
 * @param answeredAt when the numbers that are shown were asked for last, and came
 */
export function standing(isOpen, heardAt, answeredAt, now) {
  if (now - heardAt < STALE_MS) return isOpen ? 'live' : 'reconnecting';
  return now - answeredAt < STALE_MS ? 'polling' : 'stale';
}

/** How long to wait before attempt `n`, from 0: twice as long each time, up to 10 s. */
export const pause = n => Math.min(10_000, 500 * 2 ** n);

/**
 * Follows the events until it is closed; goes on after the last one it had. A connection whose head does not
 * come, or that falls silent, is given up and tried again.
 */
export class Live {
  #last = '';
  #abort = new AbortController();
  #closed = false;
  #tries = 0;
  #wake = () => {};
  #told;
  #patience;
  #ask;
  isOpen = false;
  heardAt = Date.now();

  /**
   * @param told what is done with: event(e), opened(again), cut(), refused(status)
   * @param patience in milliseconds, for the head and for silence
   * @param ask what fetches
   */
  constructor(told, patience = {head: HEAD_MS, silence: STALE_MS}, ask = (...what) => fetch(...what)) {
    this.#told = told;
    this.#patience = patience;
    this.#ask = ask;
    this.#run();
  }

  close() {
    this.#closed = true;
    this.again();
  }

  /** Gives up the connection; tries at once where it waits. */
  again() {
    this.#abort.abort();
    this.#wake();
  }

  async #run() {
    for (let first = true; !this.#closed; first = false) {
      try {
        await this.#follow(first);
      } catch {
        // Cut off, or no answer: tried again below.
      }
      this.isOpen = false;
      if (this.#closed) return;
      this.#told.cut();
      await new Promise(done => {
        this.#wake = done;
        setTimeout(done, pause(this.#tries++));
      });
    }
  }

  async #follow(first) {
    const abort = new AbortController();
    this.#abort = abort;
    let patience;
    const wait = ms => {
      clearTimeout(patience);
      patience = setTimeout(() => abort.abort(), ms);
    };
    wait(this.#patience.head);
    try {
      const response = await this.#ask('/admin/events', {
        headers: {Accept: 'text/event-stream', ...(this.#last && {'Last-Event-ID': this.#last})},
        signal: abort.signal,
        cache: 'no-store',
        credentials: 'same-origin',
      });
      if (this.#closed) return;
      if (!response.ok) {
        this.#told.refused(response.status);
        return;
      }
      await this.#hear(response.body, first, () => wait(this.#patience.silence));
    } finally {
      clearTimeout(patience);
      abort.abort();
    }
  }

  async #hear(stream, first, heard) {
    const read = reader();
    const text = stream.pipeThrough(new TextDecoderStream()).getReader();
    heard();
    for (;;) {
      const {value, done} = await text.read();
      if (done || this.#closed) return;
      heard();
      this.heardAt = Date.now();
      if (!this.isOpen) {
        this.isOpen = true;
        this.#tries = 0;
        this.#told.opened(!first);
      }
      for (const event of read(value)) {
        if (event.id) this.#last = event.id;
        this.#told.event({...JSON.parse(event.data), event: event.name});
      }
    }
  }
}
