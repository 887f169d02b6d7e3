// Scales, ticks and paths of the plots. Pure: numbers in, numbers and texts out.
// A value that is not known (undefined, null, NaN) is a gap, never a zero.

import {known} from './format.js';

/** Maps [d0, d1] to [r0, r1] in a straight line. */
export function linear(d0, d1, r0, r1) {
  const k = d1 === d0 ? 0 : (r1 - r0) / (d1 - d0);
  const scale = value => r0 + (value - d0) * k;
  scale.invert = at => (k === 0 ? d0 : d0 + (at - r0) / k);
  return scale;
}

/** The same for logarithms; what is below the least is drawn at it. */
export function log(d0, d1, r0, r1) {
  const line = linear(Math.log(d0), Math.log(d1), r0, r1);
  const scale = value => line(Math.log(Math.max(value, d0)));
  scale.invert = at => Math.exp(line.invert(at));
  return scale;
}

/** The least and the largest of what is known in all of `columns`, or undefined. */
export function extent(columns) {
  let least = Infinity;
  let most = -Infinity;
  for (const column of columns) {
    for (const value of column) {
      if (known(value)) {
        if (value < least) least = value;
        if (value > most) most = value;
      }
    }
  }
  return least <= most ? [least, most] : undefined;
}

/** Round values within [from, to], about `wanted` of them. */
export function ticks(from, to, wanted = 4) {
  if (!(to > from)) return [from];
  const rough = (to - from) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(factor => factor * power >= rough * 0.999) * power;
  const found = [];
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9; n++) {
    found.push(Number((n * step).toPrecision(12)));
  }
  return found;
}

/** 1, 2 and 5 of each power of ten within [from, to], or the powers alone where those are many. */
export function logTicks(from, to) {
  const found = [];
  const decades = Math.log10(to / from);
  for (let n = Math.floor(Math.log10(from)); n <= Math.ceil(Math.log10(to)); n++) {
    for (const factor of decades > 3 ? [1] : [1, 2, 5]) {
      const value = Number((factor * 10 ** n).toPrecision(3));
      if (value >= from * 0.999 && value <= to * 1.001) found.push(value);
    }
  }
  return found.length > 1 ? found : ticks(from, to);
}

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800,
].map(s => s * 1000);

/** Round moments of the local clock within [from, to] in milliseconds, at most `most`. */
export function timeTicks(from, to, most, offsetMs = 0) {
  const step = STEPS.find(one => (to - from) / one <= most) ?? STEPS.at(-1);
  const found = [];
  for (let at = Math.ceil((from - offsetMs) / step) * step + offsetMs; at <= to; at += step) found.push(at);
  return found;
}

/** A value axis that holds `range`, with some room; logarithmic ones keep 1 in sight. */
export function axis(kind, range, {least, most} = {}) {
  if (kind === 'log') {
    let [from, to] = range ?? [0.5, 2];
    from = Math.max(Math.min(from, least ?? 0.9), 1e-3);
    to = Math.min(Math.max(to, most ?? 1.1), 1e3);
    return [from / 1.15, to * 1.15];
  }
  let [from, to] = range ?? [0, 1];
  from = Math.min(from, least ?? from);
  to = Math.max(to, most ?? to);
  if (to === from) to = from + (Math.abs(from) || 1);
  const room = (to - from) * 0.06;
  return [from === least ? from : from - room, to === most && least === from ? to : to + room];
}

const place = value => Math.round(value * 10) / 10;

/** The `d` of a line. A point between two gaps is a dot: a path of no length with a round end. */
export function path(xs, ys, x, y, step = false) {
  let d = '';
  let pen = false;
  let last = 0;
  for (let i = 0; i < xs.length; i++) {
    if (!known(ys[i])) {
      pen = false;
      continue;
    }
    const px = place(x(xs[i]));
    const py = place(y(ys[i]));
    if (!pen) d += `M${px} ${py}${known(ys[i + 1]) ? '' : 'h0'}`;
    else d += step && py !== last ? `H${px}V${py}` : `L${px} ${py}`;
    pen = true;
    last = py;
  }
  return d;
}

/** The `d` of a dot at each point, where these are few enough to be told apart. */
export function dots(xs, ys, x, y, most = 30) {
  if (xs.length > most) return '';
  return xs.map((at, n) => (known(ys[n]) ? `M${place(x(at))} ${place(y(ys[n]))}h0` : '')).join('');
}

/** The `d` of the area between two lines. Where one side is open it reaches to that end of the axis. */
export function band(xs, lower, upper, x, y, [from, to]) {
  let d = '';
  for (let i = 0; i < xs.length; i++) {
    if (!known(lower[i]) && !known(upper[i])) continue;
    let j = i;
    while (j + 1 < xs.length && (known(lower[j + 1]) || known(upper[j + 1]))) j++;
    const side = (values, end, k) =>
      `${place(x(xs[k]))} ${place(y(Math.min(to, Math.max(from, known(values[k]) ? values[k] : end))))}`;
    if (i === j) {
      // One window alone is as wide as can be seen.
      const [left, high] = side(upper, to, i).split(' ');
      d += `M${place(left - 4)} ${high}h8V${side(lower, from, i).split(' ')[1]}h-8`;
    } else {
      d += `M${side(upper, to, i)}`;
      for (let k = i + 1; k <= j; k++) d += `L${side(upper, to, k)}`;
      for (let k = j; k >= i; k--) d += `L${side(lower, from, k)}`;
    }
    d += 'Z';
    i = j;
  }
  return d;
}

/** The index of the value in the ascending `xs` that is nearest to `x`; -1 where there is none. */
export function nearest(xs, x) {
  let from = 0;
  let to = xs.length - 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (xs[middle] < x) from = middle + 1;
    else to = middle;
  }
  return from > 0 && x - xs[from - 1] <= xs[from] - x ? from - 1 : to;
}

/** The points that are shown where `after` follows on `before`: a point that came again counts once. */
export function joined(before, after) {
  if (!after.length) return before;
  const first = after[0].sequence;
  return [...before.filter(point => point.sequence < first), ...after];
}

/** The canary's share over time, as it was written down: corners of a line of steps. */
export function course(events, [from, to]) {
  const moves = events
    .filter(event => known(event.share_to))
    .map(event => [Date.parse(event.at), event.share_from, event.share_to]);
  if (!moves.length) return {xs: [], ys: []};
  const xs = [Math.min(from, moves[0][0]), ...moves.map(move => move[0]), to];
  return {xs, ys: [moves[0][1], ...moves.map(move => move[2]), moves.at(-1)[2]]};
}

/** From the first window or event to the last, with some room after the last event. */
export function span(points, events) {
  const ends = [...points.map(point => point.time), ...events.map(event => Date.parse(event.at))];
  if (points.length) ends.push(points[0].time - (points[0].seconds ?? 0) * 1000);
  if (!ends.length) return [0, 1];
  const from = Math.min(...ends);
  const to = Math.max(...ends);
  return [from, to + Math.max(1000, (to - from) * 0.02)];
}
