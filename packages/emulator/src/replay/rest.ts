// Puts recorded exchanges to a server, in order and by the same callers, and says where its answers differ.
import { Callers } from './callers.ts';
import { compare, type Difference } from './compare.ts';
import type { Counterparts } from './counterparts.ts';
import { type Answer, Asker } from './http.ts';
import type { Exchange, Json } from './recordings.ts';
import { requestBody } from './request-body.ts';

/** The server that a recording is put to. */
export interface Target {
	readonly url: string;
	/** Token of the first user, the system admin that was there before the recording began. */
	readonly adminToken: string;
	/** Moves the server's clock. Recorded calls were milliseconds apart; here each begins in a later one. */
	advance(milliseconds: number): void;
	/** How long storing a post takes from now on: long enough that a repeat meets the first one in flight, or no time. */
	postsTake(milliseconds: number): void;
}

/** Name of an exchange (`group: name`) and how its answer differs. */
export type Found = readonly [name: string, difference: Difference];

/** Headers that no recorded answer has may come or not; of these the absence is compared too. */
const compared = new Set(
	'content-type etag token set-cookie expires cache-control retry-after x-request-id x-version-id x-content-type-options x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset content-range first-inaccessible-post-time'.split(
		' ',
	),
);

export async function replayExchanges(
	target: Target,
	exchanges: readonly Exchange[],
	counterparts: Counterparts,
	tokenOwners: readonly string[] = [],
): Promise<Found[]> {
	using asker = new Asker(target.url);
	const names = exchanges.flatMap(({ as }) => (as ? [as] : []));
	const callers = new Callers(names, tokenOwners, target.adminToken);
	const found: Found[] = [];

	const put = async (exchange: Exchange): Promise<Answer> => {
		const { method, as } = exchange;
		const path = counterparts.translate(exchange.path);
		const token = callers.token(as);
		const { body, headers } = requestBody(exchange, counterparts.translate(generalChannel), counterparts);
		const given = Object.fromEntries(
			Object.entries(exchange.headers ?? {}).map(([name, value]) => [name, counterparts.translate(value)]),
		);
		const authorization = token ? { authorization: `Bearer ${token}` } : {};
		return asker.ask({ method, path, headers: { ...given, ...headers, ...authorization }, body });
	};

	for (const together of atOnce(exchanges)) {
		target.advance(Math.max(waited(together[0]), 3));
		target.postsTake(together.length > 1 ? 250 : 0);
		const answers = await Promise.all(together.map(put));
		// Of calls made at once the recording has the answers in the order in which they came: refusals first.
		if (together.length > 1) answers.sort((one, other) => other.status - one.status);
		for (const [index, exchange] of together.entries()) {
			const answer = answers[index];
			if (!answer) continue;
			const name = `${exchange.group}: ${exchange.name}`;
			found.push(...compareAnswers(exchange, answer, counterparts).map((difference): Found => [name, difference]));
			callers.learn(exchange.method, exchange.path, exchange.body, answer);
		}
	}
	return found;
}

/** The channel that the multipart uploads of the recording name. */
const generalChannel = '3xo4emjcojrttemh8zzg6cx1hc';

/** Groups the calls that were made at once (`race 1`, `race 2` …); all others stand alone. */
function atOnce(exchanges: readonly Exchange[]): Exchange[][] {
	const groups: Exchange[][] = [];
	for (const exchange of exchanges) {
		const last = groups.at(-1);
		const racing = /^race \d$/.test(exchange.name);
		if (last && racing && /^race \d$/.test(last[0]?.name ?? '')) last.push(exchange);
		else groups.push([exchange]);
	}
	return groups;
}

/** Milliseconds that the recording program waited before this exchange, where its name says so. */
function waited(exchange: Exchange | undefined): number {
	return Number(/^after ([\d.]+) s$/.exec(exchange?.name ?? '')?.[1] ?? 0) * 1000;
}

function compareAnswers({ answer }: Exchange, ours: Answer, counterparts: Counterparts): Difference[] {
	const found: Difference[] = [];
	if (ours.status !== answer.status) {
		found.push(`status: recorded ${answer.status}, here ${ours.status} ${ours.body.toString().slice(0, 200)}`);
	}
	for (const [name, value] of Object.entries(answer.headers)) {
		found.push(...compare(value, ours.headers[name], counterparts, `header ${name}`));
	}
	for (const name of Object.keys(ours.headers)) {
		if (compared.has(name) && !(name in answer.headers))
			found.push(`header ${name}: recorded none, here ${ours.headers[name]}`);
	}
	if (answer.bytes !== undefined && ours.body.length === 0) found.push('body: recorded bytes, here none');
	if (answer.text !== undefined) found.push(...compare(answer.text, ours.body.toString(), counterparts, 'text'));
	if (answer.body !== undefined && ours.status === answer.status) {
		found.push(...compare(answer.body, ourJson(ours, answer.cut), counterparts, 'body'));
	}
	return found;
}

/** @param cut how many the recorded list had before all but its first were left out */
function ourJson({ body }: Answer, cut: number | undefined): Json | undefined {
	let json: Json;
	try {
		json = JSON.parse(body.toString()) as Json;
	} catch {
		return undefined;
	}
	if (cut === undefined || !Array.isArray(json)) return json;
	return json.length === cut ? json.slice(0, 1) : [`a list of ${json.length} instead of ${cut}`];
}
