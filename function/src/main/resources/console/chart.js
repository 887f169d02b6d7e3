// Draws plots that share one axis of time: a crosshair over all of them, zoom, tables of the same numbers.

import {h, s, draw, download, table} from './dom.js';
import {clock, csv, known, moment, utc} from './format.js';
import {
  axis,
  band,
  course,
  dots,
  extent,
  linear,
  log,
  logTicks,
  nearest,
  path,
  span,
  ticks,
  timeTicks,
} from './plot.js';
import {setback} from './words.js';

const LEFT = 58,
  RIGHT = 12,
  TOP = 8,
  BOTTOM = 20;

/** All plots of a page. `set` hands new points to them; pointer and keys move what they share. */
export class Board {
  #panels = [];
  #tables = [];
  #zoom;
  #at = -1;
  #due = false;
  points = [];
  events = [];
  readout = h('p', {class: 'readout', 'data-testid': 'readout'});
  reset = h('button', {type: 'button', class: 'small', hidden: true, onclick: () => this.zoom()}, 'Reset zoom');

  constructor() {
    this.watch = new ResizeObserver(() => this.draw());
  }

  /** A figure with its panels, as a node. */
  figure({id, title, note, panels}) {
    const body = h(
      'div',
      {class: 'panels'},
      panels.map(panel => this.#panel(id, title, panel)),
    );
    const numbers = h('div', {});
    const details = h('details', {ontoggle: () => fill()}, h('summary', {}, 'Show numbers'), numbers);
    const rows = cell => [
      ['time', ...panels.flatMap(panel => panel.lines.map(line => line.full ?? line.label))],
      ...this.points.map(point => [
        point,
        ...panels.flatMap(panel => panel.lines.map(line => cell(panel, line.of(point)))),
      ]),
    ];
    const fill = () =>
      details.open &&
      draw(
        numbers,
        [this.points.length, this.points.at(-1)?.sequence, this.points[0]?.sequence, panels.map(panel => panel.key)],
        () => {
          const [head, ...lines] = rows((panel, value) => panel.format(value));
          return table(
            `${title}, numbers`,
            head.map((name, at) => (at ? {n: name} : name)),
            lines.reverse().map(([point, ...cells]) =>
              h(
                'tr',
                {},
                h('th', {scope: 'row'}, moment(new Date(point.time), new Date())),
                cells.map(cell => h('td', {class: 'n'}, cell)),
              ),
            ),
          );
        },
      );
    this.#tables.push(fill);
    const save = () =>
      download(
        `${id}.csv`,
        'text/csv',
        csv(
          rows((panel, value) => value).map(([first, ...rest]) => [
            first.sequence === undefined ? first : first.at,
            ...rest,
          ]),
        ),
      );
    return h(
      'section',
      {class: 'card figure', 'data-testid': `plot-${id}`},
      h('h3', {}, title),
      note && h('p', {class: 'note'}, note),
      body,
      h(
        'div',
        {class: 'below'},
        h(
          'button',
          {type: 'button', class: 'small', onclick: save},
          'CSV',
          h('span', {class: 'unseen'}, ` of ${title}`),
        ),
        details,
      ),
    );
  }

  set(points, events) {
    const follows = this.#at < 0 || this.#at >= this.points.length - 1;
    this.points = points;
    this.events = events;
    if (follows) this.#at = -1;
    this.draw();
  }

  draw() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      performance.mark('plots');
      const full = span(this.points, this.events);
      const domain = this.#zoom ?? full;
      const shown = this.points.filter(
        point => point.time >= domain[0] - point.seconds * 1000 && point.time <= domain[1] + point.seconds * 1000,
      );
      const widths = this.#panels.map(panel => panel.box.clientWidth);
      this.#panels.forEach((panel, at) => widths[at] && panel.draw(shown, domain, widths[at]));
      this.#tables.forEach(fill => fill());
      this.move(this.#at);
      performance.measure('plots', 'plots');
    });
  }

  /** What a line comes to: a share is moved at the end of the last window, which had another one. */
  #last(line) {
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
    const said = this.events
      .filter(event => Date.parse(event.at) > before && Date.parse(event.at) <= point.time + 1000)
      .map(event => event.sentence);
    this.readout.replaceChildren(
      h('strong', {title: utc(new Date(point.time))}, moment(new Date(point.time), new Date())),
      ` ${said.join(' · ')}`,
    );
  }

  zoom(domain) {
    this.#zoom = domain;
    this.reset.hidden = !domain;
    this.draw();
  }

  #panel(id, title, panel) {
    const clip = `clip-${id}-${this.#panels.length}`;
    const grid = s('g', {class: 'grid'});
    const marks = s('g', {class: 'events'});
    const cursor = s('line', {class: 'cursor', hidden: true});
    const chosen = s('rect', {class: 'chosen', hidden: true});
    const rect = s('rect', {});
    const area = panel.band && s('path', {class: 'band', 'data-name': panel.band.name});
    const spots = panel.lines.map(line => s('path', {class: `line dots ${line.as}`}));
    const paths = panel.lines.map(line => s('path', {class: `line ${line.as}`, 'data-name': line.name}));
    const svg = s(
      'svg',
      {role: 'img', tabindex: '0', class: 'plot'},
      s('clipPath', {id: clip}, rect),
      grid,
      s('g', {'clip-path': `url(#${clip})`}, area, paths, spots, marks),
      cursor,
      chosen,
    );
    const values = panel.lines.map(() => h('b', {}));
    const unit = h('span', {class: 'unit'});
    const legend = h(
      'div',
      {class: 'legend'},
      unit,
      panel.lines.map(
        (line, at) =>
          line.label &&
          h(
            'span',
            {},
            line.as &&
              s(
                'svg',
                {width: 22, height: 8, 'aria-hidden': 'true'},
                s('path', {d: 'M1 4H21', class: `line ${line.as}`}),
              ),
            line.label,
            ' ',
            values[at],
          ),
      ),
    );
    const box = h('div', {class: 'panel'}, legend, svg);
    const height = panel.height ?? 150;
    let x = linear(0, 1, 0, 1);
    const self = {
      box,
      draw: (points, domain, width) => {
        const end = width - RIGHT;
        const foot = height - BOTTOM;
        const xs = points.map(point => point.time);
        const columns = panel.lines.map(line => points.map(line.of));
        const sides = panel.band ? [points.map(panel.band.lower), points.map(panel.band.upper)] : [];
        const range = axis(panel.kind, extent([...columns, ...sides]), panel);
        x = linear(...domain, LEFT, end);
        const y = (panel.kind === 'log' ? log : linear)(...range, foot, TOP);
        const yTicks = panel.kind === 'log' ? logTicks(...range) : ticks(...range, height > 120 ? 4 : 3);
        const xTicks = timeTicks(
          ...domain,
          Math.max(2, Math.floor(width / 95)),
          new Date(domain[0]).getTimezoneOffset() * 60_000,
        ).filter(tick => x(tick) < end - 16);
        svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
        svg.classList.toggle('many', xs.length > 150);
        set(rect, {x: LEFT - 5, y: 0, width: Math.max(0, end - LEFT + 10), height: foot + 1});
        const day = domain[1] - domain[0] > 86_400_000;
        grid.replaceChildren(
          ...yTicks.flatMap(tick => [
            s('line', {x1: LEFT, x2: end, y1: y(tick), y2: y(tick)}),
            s('text', {x: LEFT - 6, y: y(tick) + 4, 'text-anchor': 'end'}, panel.format(tick)),
          ]),
          ...xTicks.map(tick =>
            s(
              'text',
              {x: x(tick), y: height - 4, 'text-anchor': 'middle'},
              day
                ? moment(new Date(tick), new Date(domain[1])).slice(0, -3)
                : clock(new Date(tick)).slice(0, domain[1] - domain[0] > 600_000 ? -3 : 8),
            ),
          ),
        );
        panel.lines.forEach((line, at) => {
          const drawn = line.course ? course(this.events, domain) : {xs, ys: columns[at]};
          const ys = line.course ? drawn.ys.map(line.course) : drawn.ys;
          if (!line.rule && !line.course && line.as) spots[at].setAttribute('d', dots(xs, columns[at], x, y));
          paths[at].setAttribute(
            'd',
            line.rule && xs.length
              ? path([domain[0], ...drawn.xs, domain[1]], [ys[0], ...ys, ys.at(-1)], x, y, true)
              : path(drawn.xs, ys, x, y, line.course || line.step),
          );
        });
        area?.setAttribute('d', band(xs, ...sides, x, y, range));
        marks.replaceChildren(
          ...this.events.map(event => {
            const at = x(Date.parse(event.at));
            const kind = event.kind === 'noted' ? 'noted' : setback(event) ? 'back' : 'on';
            return s(
              'g',
              {class: kind},
              s('line', {x1: at, x2: at, y1: panel.marks ? 9 : 0, y2: foot}),
              panel.marks && s('path', {d: kind === 'back' ? `M${at - 5} 1h10l-5 9z` : `M${at - 5} 10h10l-5 -9z`}),
              s('title', {}, `${clock(new Date(event.at))} ${event.sentence}`),
            );
          }),
        );
        set(cursor, {y1: TOP, y2: foot});
        set(chosen, {y: TOP, height: foot - TOP});
        unit.textContent = panel.label;
        const last = points.at(-1);
        svg.setAttribute(
          'aria-label',
          last
            ? `${title}, ${panel.label}, from ${clock(new Date(domain[0]))} to ${clock(new Date(domain[1]))}. At the end: ${panel.lines
                .filter(line => line.label)
                .map(line => `${line.label} ${panel.format(this.#last(line))}`)
                .join(', ')}.`
            : `${title}, ${panel.label}: no data yet.`,
        );
      },
      mark: point => {
        panel.lines.forEach((line, at) => {
          values[at].textContent = panel.format(point ? line.of(point) : this.#last(line));
        });
        cursor.toggleAttribute('hidden', !point);
        if (point) set(cursor, {x1: x(point.time), x2: x(point.time)});
      },
    };
    let down;
    const time = event => {
      const bounds = svg.getBoundingClientRect();
      const inside = Math.min(bounds.width - RIGHT, Math.max(LEFT, event.clientX - bounds.left));
      return x.invert(inside);
    };
    const select = to => {
      chosen.toggleAttribute('hidden', to === undefined);
      if (to !== undefined) set(chosen, {x: Math.min(x(down), x(to)), width: Math.abs(x(down) - x(to))});
    };
    svg.addEventListener('pointermove', event => {
      this.move(
        nearest(
          this.points.map(point => point.time),
          time(event),
        ),
      );
      if (down !== undefined) select(time(event));
    });
    svg.addEventListener('pointerleave', () => down === undefined && this.move(-1));
    svg.addEventListener('pointerdown', event => {
      if (event.button || event.pointerType === 'touch') return;
      down = time(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener('pointerup', event => {
      const [from, to] = [down, time(event)].sort((a, b) => a - b);
      const wide = down !== undefined && x(to) - x(from) > 6;
      down = undefined;
      select();
      if (wide) this.zoom([from, to]);
    });
    svg.addEventListener('dblclick', () => this.zoom());
    svg.addEventListener('blur', () => this.move(-1));
    svg.addEventListener('keydown', event => {
      const most = this.points.length - 1;
      const now = this.#at < 0 ? most + (event.key === 'ArrowLeft') : this.#at;
      const to = {ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - 10, PageDown: now + 10, Home: 0, End: most}[
        event.key
      ];
      if (event.key === 'Escape') this.zoom();
      if (to === undefined) return;
      event.preventDefault();
      this.move(Math.max(0, Math.min(most, to)));
    });
    this.#panels.push(self);
    this.watch.observe(box);
    return box;
  }
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}
