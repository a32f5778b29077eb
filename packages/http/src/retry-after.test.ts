import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { httpDate, retryAfter } from './retry-after.ts';

const now = Date.UTC(2025, 6, 28, 10, 0, 0);
const day = 86_400_000;
const after = (value: string | string[]) => retryAfter(429, { 'retry-after': value }, now);
const reset = (value: string | string[], status = 429) => retryAfter(status, { 'x-ratelimit-reset': value }, now);

test('Retry-After in seconds', () => {
	assert.equal(after('11'), 11_000);
	assert.equal(after(' 0 '), 0);
	assert.equal(after('1.5'), 1500);
});

test('Retry-After as each form of an HTTP date', () => {
	assert.equal(after('Mon, 28 Jul 2025 10:00:11 GMT'), 11_000);
	assert.equal(after('Monday, 28-Jul-25 10:00:11 GMT'), 11_000);
	assert.equal(after('Mon Jul 28 10:00:11 2025'), 11_000);
	assert.equal(httpDate('Sun Nov  6 08:49:37 1994', now), 784_111_777_000);
	assert.equal(httpDate('Sunday, 06-Nov-94 08:49:37 GMT', now), 784_111_777_000);
});

test('a date is measured by the clock of the server, where it tells it', () => {
	const headers = { 'retry-after': 'Mon, 28 Jul 2025 13:00:05 GMT', date: 'Mon, 28 Jul 2025 13:00:00 GMT' };
	assert.equal(retryAfter(503, headers, now), 5000);
});

test('doubled headers, as arrays and joined, give the later time', () => {
	assert.equal(after('11, 11'), 11_000);
	assert.equal(after(['11', '12']), 12_000);
	assert.equal(after(['Mon, 28 Jul 2025 10:00:11 GMT', 'Mon, 28 Jul 2025 10:00:11 GMT']), 11_000);
	assert.equal(reset('3, 3'), 3000);
});

test('X-Ratelimit-Reset as seconds from now, and as seconds or milliseconds since 1970', () => {
	assert.equal(reset('11'), 11_000);
	assert.equal(reset(String(now / 1000 + 11)), 11_000);
	assert.equal(reset(String(now + 11_000)), 11_000);
});

test('X-Ratelimit-Reset counts only on a 429 that has no Retry-After', () => {
	assert.equal(reset('11', 503), undefined);
	assert.equal(retryAfter(429, { 'retry-after': '2', 'x-ratelimit-reset': '11' }, now), 2000);
});

test('what is over, absurd or no time at all', () => {
	assert.equal(after('Mon, 28 Jul 2025 09:00:00 GMT'), 0);
	assert.equal(after('99999999999'), day);
	for (const nothing of ['', 'soon', '-1', '11, soon', 'Mon, 28 Foo 2025 10:00:11 GMT', 'NaN', 'Infinity', '1e3']) {
		assert.equal(after(nothing), undefined, nothing);
	}
	assert.equal(retryAfter(429, {}, now), undefined);
});

test('any header gives nothing, or a time between now and a day', () => {
	const value = fc.oneof(
		fc.string(),
		fc.array(fc.string()),
		fc.integer().map(String),
		fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
	);
	fc.assert(
		fc.property(value, value, (first, second) => {
			const wait = retryAfter(429, { 'retry-after': first, 'x-ratelimit-reset': second, date: first }, now);
			assert.ok(wait === undefined || (wait >= 0 && wait <= day));
		}),
	);
});

test('every date that JavaScript writes as an HTTP date is read back', () => {
	fc.assert(
		fc.property(fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
			assert.equal(httpDate(date.toUTCString(), now), Math.floor(date.getTime() / 1000) * 1000);
		}),
	);
});
