// The plots of a page: they share one axis of time, a crosshair and zoom, and each has a table and a file of the
// same numbers.

import {download, draw, h, table} from './dom.js';
import {csv, known, moment, utc} from './format.js';
import {Panel} from './panel.js';
import {span} from './plot.js';

const CSV = 'text/csv';

/** All plots of a page. `set` hands new points to them; pointer and keys move what they share. */
export class Board {
  #panels = [];
  #tables = [];
  #widths = [];
  #zoom;
  #at = -1;
  #isDue = false;
  #watch = new ResizeObserver(() => this.#resized());
  points = [];
  events = [];
  readout = h('p', {class: 'readout', 'data-testid': 'readout'});
  reset = h('button', {type: 'button', class: 'small', hidden: true, onclick: () => this.zoom()}, 'Reset zoom');

  /** A figure with its panels, as a node. */
  figure({id, title, note, panels}) {
    const drawn = panels.map(panel => new Panel(this, id, title, panel));
    for (const {box} of drawn) this.#watch.observe(box);
    this.#panels.push(...drawn);
    const save = () =>
      download(
        `${id}.csv`,
        CSV,
        csv(
          this.#rows(
            panels,
            point => point.at,
            (panel, value) => value,
          ),
        ),
      );
    return h(
      'section',
      {class: 'card figure', 'data-testid': `plot-${id}`},
      h('h3', {}, title),
      note && h('p', {class: 'note'}, note),
      h(
        'div',
        {class: 'panels'},
        drawn.map(({box}) => box),
      ),
      h(
        'div',
        {class: 'below'},
        h(
          'button',
          {type: 'button', class: 'small', onclick: save, 'data-key': `csv ${id}`},
          'CSV',
          h('span', {class: 'unseen'}, ` of ${title}`),
        ),
        this.#numbers(id, title, panels),
      ),
    );
  }

  /** The numbers of a figure: the name of each line, then a row for each point, oldest first. */
  #rows(panels, first, cell) {
    return [
      ['time', ...panels.flatMap(panel => panel.lines.map(line => line.full ?? line.label))],
      ...this.points.map(point => [
        first(point),
        ...panels.flatMap(panel => panel.lines.map(line => cell(panel, line.of(point)))),
      ]),
    ];
  }

  /** The table of a figure, which is filled while it is open. */
  #numbers(id, title, panels) {
    const body = h('div', {});
    const details = h(
      'details',
      {ontoggle: () => fill(), 'data-key': `details ${id}`},
      h('summary', {'data-key': `numbers ${id}`}, 'Show numbers'),
      body,
    );
    const build = () => {
      const now = new Date();
      const [head, ...lines] = this.#rows(
        panels,
        point => moment(new Date(point.time), now),
        (panel, value) => panel.format(value),
      );
      return table(
        `${title}, numbers`,
        head.map((label, at) => (at ? {n: label} : label)),
        lines.reverse().map(([time, ...cells]) =>
          h(
            'tr',
            {},
            h('th', {scope: 'row'}, time),
            cells.map(cell => h('td', {class: 'n'}, cell)),
          ),
        ),
      );
    };
    const fill = () => {
      const extent = [this.points.length, this.points[0]?.sequence, this.points.at(-1)?.sequence];
      if (details.open) draw(body, [extent, panels.map(panel => panel.key)], build);
    };
    this.#tables.push(fill);
    return details;
  }

  /** Nothing is drawn where these are the points and events of before. */
  set(points, events) {
    if (points === this.points && events === this.events) return;
    const follows = this.#at < 0 || this.#at >= this.points.length - 1;
    this.points = points;
    this.events = events;
    if (follows) this.#at = -1;
    this.draw();
  }

  #resized() {
    if (this.#panels.some((panel, at) => panel.box.clientWidth !== this.#widths[at])) this.draw();
  }

  /** Draws all in the next frame. */
  draw() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      performance.clearMarks('plots');
      performance.clearMeasures('plots');
      performance.mark('plots');
      this.#redraw();
      performance.measure('plots', 'plots');
    });
  }

  #redraw() {
    const [from, to] = this.#zoom ?? span(this.points, this.events);
    const shown = this.points.filter(
      point => point.time >= from - point.seconds * 1000 && point.time <= to + point.seconds * 1000,
    );
    // All are measured before any is drawn, so that the page is laid out once.
    this.#widths = this.#panels.map(panel => panel.box.clientWidth);
    this.#panels.forEach((panel, at) => this.#widths[at] && panel.draw(shown, [from, to], this.#widths[at]));
    this.#tables.forEach(fill => fill());
    this.move(this.#at);
  }

  /** Draws no more when sizes change: it is not shown any more. */
  close() {
    this.#watch.disconnect();
  }

  /** What a line comes to: a share is moved at the end of the last window, which had another one. */
  last(line) {
    const moved = line.course && this.events.findLast(event => known(event.share_to));
    if (moved) return line.course(moved.share_to);
    return this.points.length ? line.of(this.points.at(-1)) : undefined;
  }

  /** Puts the crosshair at a point; -1 takes it away. */
  move(index) {
    this.#at = Math.min(index, this.points.length - 1);
    const point = this.points[this.#at];
    this.#panels.forEach(panel => panel.mark(point));
    if (!point) {
      this.readout.textContent = this.points.length
        ? 'Move over a plot, or use the arrow keys, to read numbers; drag to zoom.'
        : '';
      return;
    }
    const before = point.time - point.seconds * 1000;
    const told = this.events
      .filter(event => Date.parse(event.at) > before && Date.parse(event.at) <= point.time + 1000)
      .map(event => event.sentence);
    this.readout.replaceChildren(
      h('strong', {title: utc(new Date(point.time))}, moment(new Date(point.time), new Date())),
      ` ${told.join(' · ')}`,
    );
  }

  /** Moves the crosshair as a key says; false where it says nothing. */
  step(key) {
    const most = this.points.length - 1;
    const now = this.#at < 0 ? most + (key === 'ArrowLeft') : this.#at;
    const to = {ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - 10, PageDown: now + 10, Home: 0, End: most}[key];
    if (to === undefined) return false;
    this.move(Math.max(0, Math.min(most, to)));
    return true;
  }

  /** Shows a part of the time; all of it without one. */
  zoom(domain) {
    this.#zoom = domain;
    this.reset.hidden = !domain;
    this.draw();
  }
}
