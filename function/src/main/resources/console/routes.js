// Which page an address names. Pure.

const ROUTES = [
  [/^#\/rollouts\/([^/?]+)$/, 'rollout', decodeURIComponent],
  [/^#\/new(?:\?(.*))?$/, 'create', decodeURIComponent],
  [/^#\/models$/, 'models', String],
  // Its query is read as one, and decoded there.
  [/^#\/history(?:\?(.*))?$/, 'history', String],
  [/^#\/system$/, 'system', String],
  [/^(?:#\/?)?$/, 'overview', String],
];

/** The page's name and what it is about, or undefined where the address names none. */
export function route(hash) {
  for (const [pattern, name, read] of ROUTES) {
    const found = pattern.exec(hash);
    if (!found) continue;
    try {
      return {name, about: read(found[1] ?? '')};
    } catch {
      // A broken %-sequence.
      return undefined;
    }
  }
  return undefined;
}

/** The address of a page without what it is about, as links of the frame have it. */
export const place = hash => (hash || '#/').replace(/\?.*/, '');
