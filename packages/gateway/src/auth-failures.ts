import { Counter, type Registry } from 'prom-client';

const name = 'matterkit_gateway_auth_failures_total';

/** The one counter of the registry: the engine counts tokens, the accounts passwords. */
export function authFailures(registry: Registry): Counter<'what'> {
	const known = registry.getSingleMetric(name);
	if (known) return known as Counter<'what'>;
	const counter = new Counter({
		name,
		help: 'Tokens that were refused, and logins with a wrong name or password.',
		labelNames: ['what'],
		registers: [registry],
	});
	for (const what of ['token', 'password']) counter.inc({ what }, 0);
	return counter;
}
