// What guards measure and tolerate, in words. Pure.

import {known, ms, number, percent} from './format.js';

const METRICS = {error_rate: 'errors', success_rate: 'successes', latency_mean: 'mean latency'};

/** What is measured, in words. */
export function metric(rule) {
  if (rule.metric === 'slower_than') return `answers slower than ${ms(rule.limit_ms)}`;
  if (rule.metric === 'loss') return `loss of ${rule.score}`;
  if (rule.metric === 'score') return rule.score;
  return METRICS[rule.metric] ?? rule.metric.replace(/^latency_p/, 'latency p');
}

/** What a guard tolerates, in words. */
export function margin(rule) {
  const amount = x => (/^latency/.test(rule.metric) ? ms(x) : rule.metric === 'score' ? number(x) : percent(x));
  switch (rule.kind) {
    case 'ratio':
      return (
        `at most ${number(rule.safe)} × stable's${rule.floor ? `, or ${percent(rule.floor)}` : ''}` +
        (rule.harm ? `; harm above ${number(rule.harm)} ×` : '')
      );
    case 'percentage':
      return `at most ${percent(rule.tolerance)} above stable's`;
    case 'difference':
      return `at most ${amount(rule.tolerance)} worse than stable's`;
    case 'improvement':
      return `better than stable's by ${amount(rule.minimum_effect)}`;
    case 'maximum':
      return `at most ${known(rule.limit_ms) && rule.bound === undefined ? ms(rule.limit_ms) : amount(rule.bound)}`;
    case 'minimum':
      return `at least ${amount(rule.bound)}`;
    case 'contrast':
      return `harm beyond ${number(rule.harm?.factor)} × + ${number(rule.harm?.offset)}, safe within ${number(rule.safe?.factor)} × + ${number(rule.safe?.offset)}`;
    default:
      return '';
  }
}

/** What a guard's number is: a ratio to stable's, a rate of the canary alone, or a difference. */
export const unit = (rule, is) =>
  is ?? {ratio: 'ratio', percentage: 'ratio', maximum: 'rate', minimum: 'rate'}[rule.kind] ?? 'difference';

/** A guard's number in its own unit. */
export function value(is, x, rule = {}) {
  if (!known(x)) return number(x);
  if (is === 'ratio') return `${number(x)} ×`;
  if (is === 'rate') return percent(x);
  const sign = x > 0 ? '+' : '';
  return sign + (/^latency/.test(rule.metric ?? '') ? ms(x * 1000) : number(x));
}
