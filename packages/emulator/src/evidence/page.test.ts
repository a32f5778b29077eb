import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { knownRoutes } from '../known-routes.ts';
import { routes } from '../rest/index.ts';
import { behaviourGroups } from './behaviours.ts';
import { missingEvents, neverPublished, publishedEvents } from './events.ts';
import { coveragePage, recordedEvents, routeStates } from './page.ts';

test('docs/emulator-coverage.md tells what the emulator has', () => {
	const page = readFileSync(new URL('../../../../docs/emulator-coverage.md', import.meta.url), 'utf8');
	assert.equal(page, coveragePage(), 'write it anew: node --conditions=source packages/emulator/src/evidence/write.ts');
});

test('of the 541 routes of the real server 220 or more are implemented, and none is there that it does not have', () => {
	const states = routeStates();
	assert.equal(states.size, 541);
	assert.ok([...states.values()].filter((state) => state !== '501').length >= 220);
	const own = routes.map(({ name }) => name).filter((name) => !knownRoutes.includes(name));
	// These two stand beside the API.
	assert.deepEqual(own.sort(), ['POST /hooks/commands/{id}', 'POST /hooks/{id}']);
	assert.equal(new Set(routes.map(({ name }) => name)).size, routes.length, 'no route is there twice');
});

test('every event of the real server is published, missing for a reason, or never published', () => {
	const all = [...publishedEvents, ...Object.keys(missingEvents), ...neverPublished];
	assert.equal(new Set(all).size, all.length);
	assert.ok(publishedEvents.length >= 61);
	for (const event of recordedEvents()) assert.ok(publishedEvents.includes(event), event);
});

test('every group of behaviours names tests that are there', () => {
	for (const { title, tests, behaviours } of behaviourGroups) {
		assert.ok(behaviours.length > 0, title);
		for (const file of tests) assert.ok(existsSync(new URL(`../${file}`, import.meta.url)), `${title}: ${file}`);
	}
});
