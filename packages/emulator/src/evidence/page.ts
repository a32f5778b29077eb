// docs/emulator-coverage.md: what the emulator has of the real server, and how that is known.
import { knownRoutes } from '../known-routes.ts';
import { differences } from '../replay/differences.ts';
import { readConversations, readExchanges } from '../replay/recordings.ts';
import { routes } from '../rest/index.ts';
import { Router } from '../router.ts';
import { type BehaviourGroup, behaviourGroups } from './behaviours.ts';
import { missingEvents, neverPublished, publishedEvents } from './events.ts';

export type RouteState = 'recorded' | 'guessed' | '501';

/** Each route of the real server: recorded where one of its answers is compared, otherwise guessed, or not there. */
export function routeStates(): ReadonlyMap<string, RouteState> {
	const implemented = new Set(routes.map(({ name }) => name));
	const recorded = recordedRoutes();
	return new Map(
		knownRoutes.map((name) => {
			// The WebSocket's own route is served beside the router.
			if (name.endsWith('/{websocket}')) return [name, 'recorded'];
			return [name, implemented.has(name) ? (recorded.has(name) ? 'recorded' : 'guessed') : '501'];
		}),
	);
}

function recordedRoutes(): ReadonlySet<string> {
	const router = new Router();
	for (const route of routes) router.add(route);
	const calls = [
		...readExchanges('rest'),
		...readExchanges('other-settings'),
		...readConversations().flatMap(({ calls }) => calls),
	];
	const names = calls.map(({ method, path }) => router.find(method, path.split('?')[0] ?? '')?.route.name);
	return new Set(names.filter((name) => name !== undefined));
}

/** Events that a recorded conversation has. */
export function recordedEvents(): ReadonlySet<string> {
	const frames = readConversations().flatMap(({ conversations }) => conversations.flatMap(({ frames }) => frames));
	return new Set(frames.flatMap((frame) => ('in' in frame && frame.in.event ? [String(frame.in.event)] : [])));
}

export function coveragePage(): string {
	const states = routeStates();
	const count = (state: RouteState) => [...states.values()].filter((each) => each === state).length;
	const recorded = recordedEvents();
	const events = publishedEvents.map((event) => `| ${event} | ${recorded.has(event) ? 'recorded' : 'read'} |`);
	const missing = Object.entries(missingEvents).map(([event, why]) => `| ${event} | not published: ${why} |`);
	return `# What the emulator has of Mattermost 11.6

Made by \`packages/emulator/src/evidence/write.ts\`; a test says when it is no longer true.

- **recorded**: seen on a running 11.6 server. Where it is in the recordings (\`packages/emulator/fixtures\`), the replay test compares each
  status, error id, header, key, type, value and order; ${differences.length === 0 ? 'there is no difference' : `${differences.length} differences are known (\`replay/differences.ts\`)`}.
- **read**: read from the server's source, not seen running.
- **guessed**: from the public API documentation and the types of official clients, or a choice.

| routes of the REST API | ${states.size} |
| ---------------------- | --- |
| implemented            | ${count('recorded') + count('guessed')} |
| … recorded             | ${count('recorded')} |
| … guessed              | ${count('guessed')} |
| answered 501           | ${count('501')} |

| WebSocket events | ${publishedEvents.length + Object.keys(missingEvents).length + neverPublished.length} |
| ---------------- | --- |
| published        | ${publishedEvents.length} |
| not published    | ${Object.keys(missingEvents).length} |
| not published by the real server either | ${neverPublished.length} |

## Behaviours

${behaviourGroups.map(section).join('\n\n')}

## Events

| event | evidence |
| --- | --- |
${[...events, ...missing, ...neverPublished.map((event) => `| ${event} | never published |`)].join('\n')}

## Routes

501 means that the emulator does not have the route: it answers \`emulator.not_implemented\`.

| route | |
| --- | --- |
${[...states].map(([name, state]) => `| \`${name}\` | ${state} |`).join('\n')}
`;
}

function section({ title, tests, behaviours }: BehaviourGroup): string {
	const rows = behaviours.map(([evidence, what]) => `- **${evidence}**: ${what}`);
	const files = tests.map((file) => `\`${file}\``).join(', ');
	return `### ${title}\n\n${rows.join('\n')}\n\nKept by the replay and ${files}.`;
}
