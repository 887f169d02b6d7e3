import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  about,
  bytes,
  count,
  csv,
  duration,
  moment,
  ms,
  number,
  percent,
  rate,
  share,
  utc,
} from '../../main/resources/console/format.js';

test('what is not known is a dash and never a zero', () => {
  for (const of of [number, count, percent, share, ms, rate, bytes, duration, about]) {
    assert.equal(of(undefined), '–');
    assert.equal(of(null), '–');
    assert.equal(of(NaN), '–');
  }
});

test('percent has more digits where little or nearly everything is meant', () => {
  assert.equal(percent(0), '0 %');
  assert.equal(percent(0.00001), '< 0.01 %');
  assert.equal(percent(0.0021), '0.21 %');
  assert.equal(percent(0.041), '4.1 %');
  assert.equal(percent(0.2734), '27.3 %');
  assert.equal(percent(0.9995), '99.95 %');
  assert.equal(percent(0.999999), '99.99 %');
  assert.equal(percent(1), '100 %');
});

test('shares are in percent already', () => {
  assert.equal(share(5), '5 %');
  assert.equal(share(0.25), '0.25 %');
});

test('times of answers have two digits or so', () => {
  assert.equal(ms(0.4496), '0.45 ms');
  assert.equal(ms(27.2), '27 ms');
  assert.equal(ms(314.2), '314 ms');
  assert.equal(ms(1234), '1.23 s');
});

test('rates, counts and sizes', () => {
  assert.equal(rate(42.4), '42 req/s');
  assert.equal(rate(1204.2), '1,204 req/s');
  assert.equal(count(12345), '12,345');
  assert.equal(bytes(3350), '3.27 KiB');
  assert.equal(bytes(67108864), '64 MiB');
  assert.equal(number(0.00001), '1.0e-5');
});

test('durations have their two largest units', () => {
  assert.equal(duration(0.2), '0 s');
  assert.equal(duration(45), '45 s');
  assert.equal(duration(131), '2 min 11 s');
  assert.equal(duration(120), '2 min');
  assert.equal(duration(3900), '1 h 5 min');
  assert.equal(duration(3 * 86400 + 3600), '3 d 1 h');
  assert.equal(duration(-5), '0 s');
});

test('an estimate is not told to the second', () => {
  assert.equal(about(8.7 * 60), 'about 9 min');
  assert.equal(about(3), 'about 10 s');
  assert.equal(about(94 * 60), 'about 1 h 30 min');
});

test('moments are local, and have the day unless it is today', () => {
  const at = new Date(2026, 10, 21, 9, 5, 7);
  assert.equal(moment(at, new Date(2026, 10, 21, 12)), '09:05:07');
  assert.equal(moment(at, new Date(2026, 10, 22, 12)), '21 Nov 09:05:07');
  assert.equal(moment(at, new Date(2027, 0, 1)), '21 Nov 2026 09:05:07');
  assert.equal(utc(new Date('2026-11-21T09:05:07Z')), '2026-11-21 09:05:07 UTC');
});

test('a table is quoted for programs, and no text of it is a formula', () => {
  assert.equal(
    csv([
      ['time', 'a,b'],
      ['x', 1.5],
      ['say "hi"', undefined],
      ['=1+1', -2],
    ]),
    'time,"a,b"\r\nx,1.5\r\n"say ""hi""",\r\n\'=1+1,-2\r\n',
  );
});
