// Numbers, times and sizes as people read them. Pure: no page, no clock of its own.

export const MISSING = '–';

export const known = value => typeof value === 'number' && Number.isFinite(value);

const grouped = new Intl.NumberFormat('en', {maximumFractionDigits: 0});

/** A number with `digits` significant ones, never in powers of ten between 0.001 and a million. */
export function number(value, digits = 3) {
  if (!known(value)) return MISSING;
  const size = Math.abs(value);
  if (size >= 10 ** digits && size < 1e6) return grouped.format(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(1).replace('e+', 'e');
  return String(Number(value.toPrecision(digits)));
}

export const count = value => (known(value) ? grouped.format(value) : MISSING);

/** A fraction in percent: more digits where little or nearly everything is meant. */
export function percent(fraction) {
  if (!known(fraction)) return MISSING;
  const value = fraction * 100;
  const size = Math.abs(value);
  if (size > 0 && size < 0.01) return '< 0.01 %';
  if (size > 99 && size < 100) return `${Math.min(99.99, Number(value.toFixed(2)))} %`;
  return `${size < 10 ? Number(value.toPrecision(2)) : Number(value.toFixed(1))} %`;
}

/** A share, which is in percent already. */
export const share = value => (known(value) ? `${Number(value.toFixed(2))} %` : MISSING);

export function ms(value) {
  if (!known(value)) return MISSING;
  return value >= 1000 ? `${number(value / 1000)} s` : `${number(value, 2 + (value >= 100))} ms`;
}

export const rate = value => (known(value) ? `${number(value, value < 100 ? 2 : 3)} req/s` : MISSING);

export function bytes(value) {
  if (!known(value)) return MISSING;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at++;
  }
  return `${number(value)} ${units[at]}`;
}

/** The two largest units of so many seconds: "2 min 11 s". */
export function duration(seconds) {
  if (!known(seconds)) return MISSING;
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    [86400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = parts.findIndex(([size]) => whole >= size);
  if (first < 0) return '0 s';
  const [size, unit] = parts[first];
  const rest = first < 3 ? Math.floor((whole % size) / parts[first + 1][0]) : 0;
  return `${Math.floor(whole / size)} ${unit}${rest ? ` ${rest} ${parts[first + 1][1]}` : ''}`;
}

/** An estimate is not told to the second. */
export function about(seconds) {
  if (!known(seconds)) return MISSING;
  const step = seconds < 60 ? 10 : seconds < 3600 ? 60 : seconds < 36000 ? 600 : 3600;
  return `about ${duration(Math.max(step, Math.round(seconds / step) * step))}`;
}

const two = value => String(value).padStart(2, '0');

export const clock = at => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The local time, with the day unless it is `now`'s. */
export function moment(at, now) {
  if (at.toDateString() === now.toDateString()) return clock(at);
  const year = at.getFullYear() === now.getFullYear() ? '' : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${MONTHS[at.getMonth()]}${year} ${clock(at)}`;
}

export const utc = at => `${at.toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** Rows as CSV (RFC 4180); what could be taken for a formula is quoted as text. */
export function csv(rows) {
  const cell = value => {
    if (value === null || value === undefined) return '';
    const text = String(value);
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map(row => row.map(cell).join(',')).join('\r\n') + '\r\n';
}
