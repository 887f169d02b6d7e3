// The plots of a rollout: what is drawn in which of them.

import {h} from './dom.js';
import {number, percent, share} from './format.js';
import {unit, value} from './rules.js';

const arm = (name, of) => ({
  name: `${name}-${of.name}`,
  as: `${name} ${of.as ?? ''}`,
  of: point => of.of(point[name] ?? {}, point),
});
const both = (stable, canary, of) => [
  {...arm('stable', of), label: of.short ?? stable, full: `${stable} ${of.name}`},
  {...arm('canary', of), label: of.short ?? canary, full: `${canary} ${of.name}`},
];

/** The figures, as nodes. What guards found is shown of one at a time: `picked()` is its name. */
export function figures(board, {stable, canary, plan: {guards}}, picked, choices) {
  const guard = of => point => {
    const found = point.guards?.find(one => one.name === picked());
    return found && of(found);
  };
  const rule = () => guards.find(one => one.name === picked()) ?? {};
  const is = () => unit(rule(), board.points.at(-1)?.guards?.find(one => one.name === picked())?.value_is);
  const evidence = x => number(x, 2);
  const total = point => (point.stable?.requests ?? 0) + (point.canary?.requests ?? 0);
  return [
    h('div', {class: 'head'}, h('h2', {}, 'What was seen'), board.reset, board.readout),
    board.figure({
      id: 'share',
      title: 'Share of traffic',
      panels: [
        {
          label: 'share',
          least: 0,
          most: 100,
          height: 130,
          marks: true,
          format: share,
          lines: [
            {name: 'stable', label: stable, as: 'stable', course: x => 100 - x, of: point => 100 - point.share},
            {name: 'canary', label: canary, as: 'canary', course: x => x, of: point => point.share},
          ],
        },
      ],
    }),
    h('div', {class: 'wide'}, choices),
    board.figure({
      id: 'effect',
      title: 'Effect, with the band that always holds',
      note: 'A band wholly above the harm limit, or wholly below the safe one, is a decision.',
      panels: [
        {
          get key() {
            return picked();
          },
          get label() {
            return {ratio: 'canary / stable', rate: 'canary'}[is()] ?? 'canary − stable';
          },
          get kind() {
            return is() === 'ratio' ? 'log' : 'linear';
          },
          get least() {
            return is() === 'ratio' ? 0.9 : 0;
          },
          get most() {
            return is() === 'ratio' ? 1.1 : undefined;
          },
          height: 180,
          format: x => value(is(), x, rule()),
          band: {name: 'band', lower: guard(found => found.lower), upper: guard(found => found.upper)},
          lines: [
            {name: 'value', label: 'estimate', as: 'canary solid', of: guard(found => found.value)},
            {name: 'lower', label: 'band', full: 'band from', as: 'edge', of: guard(found => found.lower)},
            {name: 'upper', label: 'to', full: 'band to', as: '', of: guard(found => found.upper)},
            {name: 'limit', label: 'safe limit', as: 'limit', rule: true, of: guard(found => found.limit)},
            {
              name: 'harm-limit',
              label: 'harm limit',
              as: 'harm limit',
              rule: true,
              of: () => (typeof rule().harm === 'number' ? rule().harm : undefined),
            },
            {name: 'one', label: '', full: 'equal', as: 'one', rule: true, of: () => ({ratio: 1, difference: 0})[is()]},
          ],
        },
      ],
    }),
    board.figure({
      id: 'evidence',
      title: 'Evidence',
      note: 'A line above its dashed threshold is proof.',
      panels: [
        {
          get key() {
            return picked();
          },
          label: 'log10 of the odds',
          least: 0,
          most: 2,
          height: 180,
          format: evidence,
          lines: [
            {name: 'harm', label: 'harm', as: 'harm', of: guard(found => found.harm)},
            {
              name: 'harm-threshold',
              label: 'needs',
              full: 'harm needs',
              as: 'harm limit',
              rule: true,
              of: guard(found => found.harm_threshold),
            },
            {name: 'safe', label: 'not worse', as: 'safe', of: guard(found => found.safe)},
            {
              name: 'safe-threshold',
              label: 'needs',
              full: 'not worse needs',
              as: 'safe limit',
              rule: true,
              of: guard(found => found.safe_threshold),
            },
          ],
        },
      ],
    }),
    board.figure({
      id: 'service',
      title: 'Errors and latency',
      panels: [
        {
          label: 'error rate',
          least: 0,
          most: 0.01,
          format: percent,
          lines: both(stable, canary, {
            name: 'errors',
            of: seen => (seen.requests > 0 ? seen.errors / seen.requests : undefined),
          }),
        },
        {
          label: 'ms',
          kind: 'log',
          least: 1,
          most: 2,
          format: x => number(x, 2),
          lines: [
            ...['p50', 'p95', 'p99'].flatMap(name =>
              both(`${stable} ${name}`, `${canary} ${name}`, {name, as: name, of: seen => seen[`${name}_ms`]}),
            ),
          ],
        },
      ],
    }),
    board.figure({
      id: 'split',
      title: 'Traffic and split',
      panels: [
        {
          label: 'requests a second',
          least: 0,
          most: 1,
          format: x => number(x, 2),
          lines: [
            ...both(stable, canary, {name: 'requests', of: (seen, point) => seen.requests / point.seconds}),
            {
              name: 'expected',
              label: `${canary} expected`,
              as: 'limit',
              of: point => (total(point) * point.share) / 100 / point.seconds,
            },
          ],
        },
        {
          label: 'evidence against the split',
          least: 0,
          most: 2,
          format: evidence,
          lines: [
            {name: 'split', label: 'mismatch', as: 'harm', of: point => point.split?.evidence_log10},
            {
              name: 'split-threshold',
              label: 'needs',
              as: 'harm limit',
              rule: true,
              of: point => point.split?.threshold_log10,
            },
          ],
        },
      ],
    }),
  ];
}
