// What is wrong, as notices say it: {title, text}, with what to do. Pure.

import {clock} from './format.js';

export const STORE_AWAY = {
  title: 'The store is away',
  text: 'Predictions go on with the last shares; nothing is judged or changed until it is back. Look at the data folder, or the database. The console goes on by itself.',
};

export const NOBODY_JUDGES = {
  title: 'Nobody judges',
  text: 'No controller is at work: shares stay as they are, and harm is not acted upon. Start an instance with SLUICE_MODE=control, or look at the log of the one that controls.',
};

const asOf = at => (at ? ` Numbers are as of ${clock(new Date(at))}.` : '');

/** A fault of the console itself. */
export const broken = fault => ({
  title: 'This page has a fault',
  text: `What is shown may be incomplete (${fault?.message ?? fault}). Reload the page; if it comes again, please report it.`,
});

/** @param at when the numbers that are shown came, if there are any */
export function refused({status: code, message, problem}, at) {
  if (code === 0)
    return {
      title: 'The service does not answer',
      text: `Look whether it runs and can be reached from here; the console goes on by itself.${asOf(at)}`,
    };
  const trace = problem.trace_id ? ` (trace ${problem.trace_id})` : '';
  return {title: problem.title ?? `Status ${code}`, text: `${message}${trace}.${asOf(at)}`};
}

/** What it means that the stream is silent: see `standing` in live.js; undefined where it means nothing. */
export function silence(standing, at) {
  if (standing === 'stale')
    return {
      title: 'These numbers are old',
      text: `Nothing was heard from the service for more than 40 s.${asOf(at)} It is tried again by itself.`,
    };
  if (standing === 'polling')
    return {
      title: 'The stream of news is silent',
      text: `Decisions show up to 5 s late.${asOf(at)} Look whether a proxy holds /admin/events back; it is tried again by itself.`,
    };
  return undefined;
}
