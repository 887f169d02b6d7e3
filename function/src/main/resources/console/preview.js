// What a new rollout would be, or why there can be none, beside its form.

import {badge, h} from './dom.js';
import {duration, share} from './format.js';
import {ENDS} from './plan.js';
import {margin, metric} from './rules.js';
import {foreseen} from './words.js';

/** What a dry run says would be. */
export function preview({stable, canary, plan, forecast, warnings}) {
  return [
    h('h2', {}, h('span', {class: 'canary'}, canary), ' against ', h('span', {class: 'stable'}, stable)),
    h(
      'ol',
      {class: 'track', 'aria-label': 'Steps'},
      [...plan.steps.map(step => step.share), 100].map(step => h('li', {}, share(step))),
    ),
    h(
      'p',
      {'data-testid': 'forecast'},
      foreseen(plan, forecast),
    ),
    h(
      'ul',
      {},
      plan.guards.map(one => h('li', {}, `${metric(one)}: ${margin(one)}`)),
    ),
    h(
      'p',
      {class: 'note'},
      `Without proof after ${duration(plan.deadline_minutes * 60)}: ${ENDS[plan.on_timeout]}.`,
      plan.mode === 'observe' && ' It only observes: nothing is moved by itself.',
    ),
    ...warnings.map(one => h('p', {class: 'notice person'}, one)),
  ];
}

/** Why there can be none. */
export function hindrance({message, problem}) {
  const all = problem?.errors ?? [];
  return [
    h('h2', {}, badge('person', all.length ? `${all.length} to mend` : 'It cannot be started')),
    all.length
      ? h(
          'ul',
          {},
          all.map(one => h('li', {}, h('code', {}, one.pointer), ` ${one.detail}`)),
        )
      : h('p', {}, `${message}.`),
    problem?.rollout
      ? h('p', {}, h('a', {href: `#/rollouts/${problem.rollout}`}, 'Look at the rollout that is in the way'))
      : '',
  ];
}

/** Writes each fault beside its field. */
export function mark(form, found) {
  for (const node of form.querySelectorAll('[data-fault]')) {
    const {fault} = node.dataset;
    const mine = found.filter(
      one => one.pointer === fault || (fault === '/steps' && /^\/(steps|ramp)\b/.test(one.pointer)),
    );
    const input = form.querySelector(`[data-pointer="${fault}"]`);
    node.textContent = mine.map(one => one.detail).join('; ');
    if (mine.length) {
      input?.setAttribute('aria-invalid', 'true');
      input?.setAttribute('aria-describedby', node.id);
      node.closest('details')?.setAttribute('open', '');
    } else {
      input?.removeAttribute('aria-invalid');
      input?.removeAttribute('aria-describedby');
    }
  }
}
