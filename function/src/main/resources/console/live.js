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

export const STALE_MS = 40_000;

/** What the chip says: "live", "reconnecting" or "stale". */
export function standing(open, heardAt, now) {
  if (now - heardAt >= STALE_MS) return 'stale';
  return open ? 'live' : 'reconnecting';
}

/** How long to wait before attempt `n`, from 0: twice as long each time, up to 10 s. */
export const pause = n => Math.min(10_000, 500 * 2 ** n);

/** Follows the events until it is closed; goes on after the last one it had. */
export class Live {
  #last = '';
  #abort = new AbortController();
  #closed = false;
  #tries = 0;
  #wake = () => {};
  open = false;
  heardAt = Date.now();

  /** @param told what is done with: event(e), opened(again), cut(), refused(status) */
  constructor(told) {
    this.told = told;
    this.#run();
  }

  get standing() {
    return standing(this.open, this.heardAt, Date.now());
  }

  close() {
    this.#closed = true;
    this.#abort.abort();
    this.#wake();
  }

  /** Gives up a connection that hangs; tries at once where it waits. */
  again() {
    this.#abort.abort();
    this.#wake();
  }

  async #run() {
    for (let first = true; !this.#closed; first = false) {
      this.#abort = new AbortController();
      try {
        await this.#follow(first);
      } catch {
        // Cut off, or no answer: tried again below.
      }
      this.open = false;
      if (this.#closed) return;
      this.told.cut();
      await new Promise(done => {
        this.#wake = done;
        setTimeout(done, pause(this.#tries++));
      });
    }
  }

  async #follow(first) {
    const response = await fetch('/admin/events', {
      headers: {Accept: 'text/event-stream', ...(this.#last && {'Last-Event-ID': this.#last})},
      signal: this.#abort.signal,
      cache: 'no-store',
      credentials: 'same-origin',
    });
    if (!response.ok) return this.told.refused(response.status);
    const read = reader();
    const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const {value, done} = await text.read();
      if (done) return;
      this.heardAt = Date.now();
      if (!this.open) {
        this.open = true;
        this.#tries = 0;
        this.told.opened(!first);
      }
      for (const event of read(value)) {
        if (event.id) this.#last = event.id;
        this.told.event({...JSON.parse(event.data), event: event.name});
      }
    }
  }
}
