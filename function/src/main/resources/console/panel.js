// One plot: its axes, lines, band and markers as SVG, and the hands of whoever points at it.

import {h, s} from './dom.js';
import {clock, moment} from './format.js';
import {axis, band, course, dots, extent, linear, log, logTicks, nearest, path, ticks, timeTicks} from './plot.js';
import {setback} from './words.js';

const LEFT = 58;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 20;
const HEIGHT = 150;
const DAY_MS = 86_400_000;

function set(node, attributes) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
}

/** A panel of a board: `draw` for new points, `mark` for the crosshair; `box` is its node. */
export class Panel {
  #board;
  #title;
  #spec;
  #height;
  #x = linear(0, 1, 0, 1);
  #grid = s('g', {class: 'grid'});
  #marks = s('g', {class: 'events'});
  #cursor = s('line', {class: 'cursor', hidden: true});
  #chosen = s('rect', {class: 'chosen', hidden: true});
  #room = s('rect', {});
  #unit = h('span', {class: 'unit'});
  #area;
  #spots;
  #paths;
  #values;
  #svg;

  /** @param spec what is drawn: label, format, lines, and what axis and band are like */
  constructor(board, id, title, spec) {
    this.#board = board;
    this.#title = title;
    this.#spec = spec;
    this.#height = spec.height ?? HEIGHT;
    this.#area = spec.band && s('path', {class: 'band', 'data-name': spec.band.name});
    this.#spots = spec.lines.map(line => s('path', {class: `line dots ${line.as}`}));
    this.#paths = spec.lines.map(line => s('path', {class: `line ${line.as}`, 'data-name': line.name}));
    this.#values = spec.lines.map(() => h('b', {}));
    const clip = `clip-${id}-${spec.lines[0].name}`;
    this.#svg = s(
      'svg',
      {role: 'img', tabindex: '0', class: 'plot', 'data-key': clip},
      s('clipPath', {id: clip}, this.#room),
      this.#grid,
      s('g', {'clip-path': `url(#${clip})`}, this.#area, this.#paths, this.#spots, this.#marks),
      this.#cursor,
      this.#chosen,
    );
    this.box = h('div', {class: 'panel'}, this.#legend(), this.#svg);
    this.#listen();
  }

  #legend() {
    const sample = line =>
      s('svg', {width: 22, height: 8, 'aria-hidden': 'true'}, s('path', {d: 'M1 4H21', class: `line ${line.as}`}));
    return h(
      'div',
      {class: 'legend'},
      this.#unit,
      this.#spec.lines.map(
        (line, at) => line.label && h('span', {}, line.as && sample(line), line.label, ' ', this.#values[at]),
      ),
    );
  }

  /**
   * @param points those that are seen, ascending
   * @param domain from and to in milliseconds
   */
  draw(points, domain, width) {
    const spec = this.#spec;
    const end = width - RIGHT;
    const foot = this.#height - BOTTOM;
    const xs = points.map(point => point.time);
    const columns = spec.lines.map(line => points.map(line.of));
    const sides = spec.band ? [points.map(spec.band.lower), points.map(spec.band.upper)] : [];
    const range = axis(spec.kind, extent([...columns, ...sides]), spec);
    const y = (spec.kind === 'log' ? log : linear)(...range, foot, TOP);
    const x = linear(...domain, LEFT, end);
    this.#x = x;
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${this.#height}`);
    this.#svg.classList.toggle('many', xs.length > 150);
    set(this.#room, {x: LEFT - 5, y: 0, width: Math.max(0, end - LEFT + 10), height: foot + 1});
    this.#drawGrid(domain, range, y, width);
    spec.lines.forEach((line, at) => this.#drawLine(at, line, xs, columns[at], domain, y));
    this.#area?.setAttribute('d', band(xs, ...sides, x, y, range));
    this.#drawMarks(foot);
    set(this.#cursor, {y1: TOP, y2: foot});
    set(this.#chosen, {y: TOP, height: foot - TOP});
    this.#unit.textContent = spec.label;
    this.#svg.setAttribute('aria-label', this.#sentence(points, domain));
  }

  #drawGrid([from, to], range, y, width) {
    const end = width - RIGHT;
    const yTicks = this.#spec.kind === 'log' ? logTicks(...range) : ticks(...range, this.#height > 120 ? 4 : 3);
    const offset = new Date(from).getTimezoneOffset() * 60_000;
    const xTicks = timeTicks(from, to, Math.max(2, Math.floor(width / 95)), offset);
    const label = tick => {
      const at = new Date(tick);
      if (to - from > DAY_MS) return moment(at, new Date(to)).slice(0, -3);
      return clock(at).slice(0, to - from > 600_000 ? -3 : 8);
    };
    this.#grid.replaceChildren(
      ...yTicks.flatMap(tick => [
        s('line', {x1: LEFT, x2: end, y1: y(tick), y2: y(tick)}),
        s('text', {x: LEFT - 6, y: y(tick) + 4, 'text-anchor': 'end'}, this.#spec.format(tick)),
      ]),
      ...xTicks
        .filter(tick => this.#x(tick) < end - 16)
        .map(tick => s('text', {x: this.#x(tick), y: this.#height - 4, 'text-anchor': 'middle'}, label(tick))),
    );
  }

  #drawLine(at, line, xs, column, domain, y) {
    if (line.course) {
      const drawn = course(this.#board.events, domain);
      this.#paths[at].setAttribute('d', path(drawn.xs, drawn.ys.map(line.course), this.#x, y, true));
      return;
    }
    if (line.rule && xs.length) {
      // A rule holds to both ends, and changes in steps.
      const ends = [
        [domain[0], ...xs, domain[1]],
        [column[0], ...column, column.at(-1)],
      ];
      this.#paths[at].setAttribute('d', path(...ends, this.#x, y, true));
      return;
    }
    if (!line.rule && line.as) this.#spots[at].setAttribute('d', dots(xs, column, this.#x, y));
    this.#paths[at].setAttribute('d', path(xs, column, this.#x, y));
  }

  #drawMarks(foot) {
    const {marks} = this.#spec;
    this.#marks.replaceChildren(
      ...this.#board.events.map(event => {
        const at = this.#x(Date.parse(event.at));
        const kind = event.kind === 'noted' ? 'noted' : setback(event) ? 'back' : 'on';
        return s(
          'g',
          {class: kind},
          s('line', {x1: at, x2: at, y1: marks ? 9 : 0, y2: foot}),
          marks && s('path', {d: kind === 'back' ? `M${at - 5} 1h10l-5 9z` : `M${at - 5} 10h10l-5 -9z`}),
          s('title', {}, `${clock(new Date(event.at))} ${event.sentence}`),
        );
      }),
    );
  }

  /** The plot for those who do not see it. */
  #sentence(points, [from, to]) {
    const {label, lines, format} = this.#spec;
    if (!points.length) return `${this.#title}, ${label}: no data yet.`;
    const ends = lines.filter(line => line.label).map(line => `${line.label} ${format(this.#board.last(line))}`);
    return `${this.#title}, ${label}, from ${clock(new Date(from))} to ${clock(new Date(to))}. At the end: ${ends.join(', ')}.`;
  }

  /** @param point where the crosshair is; none takes it away */
  mark(point) {
    this.#spec.lines.forEach((line, at) => {
      this.#values[at].textContent = this.#spec.format(point ? line.of(point) : this.#board.last(line));
    });
    this.#cursor.toggleAttribute('hidden', !point);
    if (point) set(this.#cursor, {x1: this.#x(point.time), x2: this.#x(point.time)});
  }

  #listen() {
    const board = this.#board;
    const svg = this.#svg;
    let down;
    const time = event => {
      const bounds = svg.getBoundingClientRect();
      return this.#x.invert(Math.min(bounds.width - RIGHT, Math.max(LEFT, event.clientX - bounds.left)));
    };
    const select = to => {
      const isChosen = down !== undefined && to !== undefined;
      this.#chosen.toggleAttribute('hidden', !isChosen);
      if (!isChosen) return;
      const [a, b] = [this.#x(down), this.#x(to)];
      set(this.#chosen, {x: Math.min(a, b), width: Math.abs(a - b)});
    };
    const listeners = {
      pointermove: event => {
        const times = board.points.map(point => point.time);
        board.move(nearest(times, time(event)));
        select(time(event));
      },
      pointerleave: () => down === undefined && board.move(-1),
      pointerdown: event => {
        if (event.button || event.pointerType === 'touch') return;
        down = time(event);
        svg.setPointerCapture(event.pointerId);
      },
      pointerup: event => {
        if (down === undefined) return;
        const [from, to] = [down, time(event)].sort((a, b) => a - b);
        down = undefined;
        select();
        if (this.#x(to) - this.#x(from) > 6) board.zoom([from, to]);
      },
      pointercancel: () => {
        down = undefined;
        select();
      },
      dblclick: () => board.zoom(),
      blur: () => board.move(-1),
      keydown: event => {
        if (event.key === 'Escape') board.zoom();
        else if (board.step(event.key)) event.preventDefault();
      },
    };
    for (const [kind, listener] of Object.entries(listeners)) svg.addEventListener(kind, listener);
  }
}
