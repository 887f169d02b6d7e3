// What was found, as tables and lists.

import {badge, copy, download, h, table, time} from './dom.js';
import {MISSING, count, ms, number, percent, rate, share} from './format.js';
import {margin, metric, unit, value} from './rules.js';
import {VERDICTS, goal, over, setback, state} from './words.js';

/** Why: a row for each guard, and one for the split as it was seen last. */
export function reasons(now, seen = {}, last) {
  const meter = (name, found, of) =>
    h(
      'span',
      {class: 'line meter', '--part': `${Math.max(0, Math.min(100, (100 * found) / of))}%`},
      `${name} ${number(found, 2)} of ${number(of, 2)}`,
    );
  const rows = now.guards.map(guard => {
    const aim = goal(guard, now, last);
    const {lower, upper} = guard.interval ?? {};
    const of = x => value(unit(guard.rule, guard.value_is), x, guard.rule);
    return h(
      'tr',
      {'data-testid': `guard-${guard.name}`},
      h('th', {scope: 'row'}, guard.name, h('p', {class: 'note'}, `${metric(guard.rule)}: ${margin(guard.rule)}`)),
      h('td', {}, badge(...VERDICTS[guard.verdict === 'harmful' ? 'harmful' : guard.next_verdict])),
      h('td', {class: 'n'}, of(guard.value)),
      h(
        'td',
        {class: 'n'},
        lower === undefined
          ? upper === undefined
            ? MISSING
            : `≤ ${of(upper)}`
          : upper === undefined
            ? `≥ ${of(lower)}`
            : `${of(lower)} to ${of(upper)}`,
      ),
      h('td', {}, aim.limit ?? MISSING, h('span', {class: 'note'}, ` to go to ${share(aim.share)}`)),
      h(
        'td',
        {class: 'n'},
        [
          [now.stable, guard.stable],
          [now.canary, guard.canary],
        ].map(([name, one]) => h('span', {class: 'line'}, h('span', {class: 'note'}, `${name} `), count(one?.n))),
      ),
      h(
        'td',
        {},
        meter('harm', guard.harm.evidence_log10, guard.harm.threshold_log10),
        meter('not worse', aim.evidence_log10, aim.threshold_log10),
      ),
      h('td', {class: 'says'}, guard.sentence),
    );
  });
  const split = over(now) && seen.expected !== undefined ? {...now.split, ...seen} : (now.split ?? {});
  rows.push(
    h(
      'tr',
      {'data-testid': 'guard-split'},
      h('th', {scope: 'row'}, 'split', h('p', {class: 'note'}, 'assignments follow the share')),
      h(
        'td',
        {},
        split.verdict === 'harmful'
          ? badge('harmful', 'broken')
          : badge(...(VERDICTS[split.verdict] ?? VERDICTS.no_data)),
      ),
      h('td', {class: 'n'}, share(seen.observed)),
      h('td', {class: 'n'}, MISSING),
      h('td', {}, `${share(split.expected)} expected`),
      h('td', {class: 'n'}, count(seen.requests)),
      h(
        'td',
        {},
        seen.threshold_log10
          ? meter('mismatch', split.evidence_log10, seen.threshold_log10)
          : number(split.evidence_log10, 2),
      ),
      h('td', {class: 'says'}, !seen.requests && 'counts callers without a key of their own: only for these a version is drawn'),
    ),
  );
  return [
    h('h2', {}, 'Why'),
    table(
      'Why: what each guard found',
      ['Guard', 'Verdict', {n: 'Value'}, {n: 'Band'}, 'Limit', {n: 'n'}, 'Evidence', 'In words'],
      rows,
    ),
  ];
}

/** What each version brought, over all windows. */
export function arms(now) {
  const {stable, canary} = now.results;
  const scores = [...new Set([stable, canary].flatMap(one => Object.keys(one.scores ?? {})))];
  const cells = {
    Requests: one => count(one.n),
    Rate: one => rate(one.requests_per_second),
    Errors: one => count(one.errors),
    'Error rate': one => (one.n > 0 ? percent(one.errors / one.n) : MISSING),
    Mean: one => ms(one.mean_ms),
    p50: one => ms(one.p50_ms),
    p95: one => ms(one.p95_ms),
    p99: one => ms(one.p99_ms),
    ...Object.fromEntries(scores.map(name => [`Mean ${name}`, one => number(one.scores?.[name]?.mean)])),
  };
  return [
    h('h2', {}, 'Results'),
    table(
      'Results by version',
      ['Version', ...Object.keys(cells).map(n => ({n}))],
      [
        ['stable', now.stable, stable],
        ['canary', now.canary, canary],
      ].map(([as, name, found]) =>
        h(
          'tr',
          {},
          h('th', {scope: 'row', class: as}, name, h('span', {class: 'note'}, ` ${as}`)),
          Object.values(cells).map(of => h('td', {class: 'n'}, of(found))),
        ),
      ),
    ),
  ];
}

/** A decision, as it is shown in every history. */
export function line(event, link) {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'small',
      'data-key': `copy ${event.rollout ?? ''} ${event.sequence}`,
      onclick: () =>
        copy(JSON.stringify(event, null, 2)).then(
          () => {
            button.textContent = 'Copied';
          },
          () => download(`decision-${event.sequence}.json`, 'application/json', JSON.stringify(event, null, 2)),
        ),
    },
    'Copy as JSON',
  );
  return h(
    'li',
    {class: setback(event) ? 'back' : '', 'data-testid': `event-${event.to}`},
    h(
      'p',
      {},
      time(event.at),
      link,
      badge(...state({state: event.to, ended_at: event.at})),
      h('strong', {}, event.actor),
      event.share_from !== event.share_to && ` · ${share(event.share_from)} → ${share(event.share_to)}`,
      event.reason && event.reason !== event.actor && h('q', {}, event.reason),
      button,
    ),
    h('p', {class: 'says'}, event.sentence),
  );
}
