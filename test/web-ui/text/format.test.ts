import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytes, count, duration, endpoint, hostPort, since, timeOfDay } from '../../../web-ui/src/text/format.ts';

describe('format', () => {
  it('writes moments relative to another', () => {
    assert.equal(since(112.346, 100), '+12.35 ms');
    assert.equal(since(99.5, 100), '−0.50 ms');
  });

  it('writes durations in the unit that fits', () => {
    assert.equal(duration(0.4), '0.40 ms');
    assert.equal(duration(999.99), '999.99 ms');
    assert.equal(duration(1520), '1.52 s');
    assert.equal(duration(245_900), '4 min 05 s');
  });

  it('writes sizes exactly while they are small', () => {
    assert.equal(bytes(0), '0 B');
    assert.equal(bytes(9999), '9,999 B');
    assert.equal(bytes(12_345), '12.3 kB');
    assert.equal(bytes(123_456), '123 kB');
    assert.equal(bytes(999_600), '1.0 MB');
    assert.equal(bytes(5_000_000_000_000_000), '5000 TB');
  });

  it('writes the time of day from the wall clock of t = 0, in local time', () => {
    const zero = new Date(2026, 0, 2, 14, 3, 7, 100);
    assert.equal(timeOfDay(23, zero.toISOString()), '14:03:07.123');
  });

  it('falls back to the time since the capture started', () => {
    assert.equal(timeOfDay(7123, undefined), '+7.123 s');
    assert.equal(timeOfDay(7123, 'not a date'), '+7.123 s');
  });

  it('brackets IPv6 addresses once', () => {
    assert.equal(hostPort('example.test', 443), 'example.test:443');
    assert.equal(hostPort('2001:db8::1', 443), '[2001:db8::1]:443');
    assert.equal(hostPort('[2001:db8::1]', 0), '[2001:db8::1]');
    assert.equal(endpoint({ address: '::1', port: 80 }), '[::1]:80');
    assert.equal(endpoint(undefined), '–');
  });

  it('counts in words', () => {
    assert.equal(count(1, 'difference'), '1 difference');
    assert.equal(count(0, 'difference'), '0 differences');
    assert.equal(count(12_000, 'event'), '12,000 events');
  });
});
