import { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { invalidBody } from '../errors.ts';
import { demand } from '../permissions.ts';
import { matchesWords, parseSearch, type SearchTerms } from '../post-search.ts';
import { postListing } from '../post-view.ts';
import { type Route, route } from '../router.ts';
import type { Channel } from '../world/channels.ts';
import type { Post } from '../world/posts.ts';

/** Posts in a page of results, and results at most. */
const pageSize = 60;
const limit = 100;

export const postSearchRoutes: readonly Route[] = [
	route('POST /api/v4/teams/{team_id}/posts/search', (call) => {
		demand.team(call, call.params.team_id, 'view_team');
		return search(call, call.params.team_id);
	}),
	route('POST /api/v4/posts/search', (call) => search(call)),
];

function search(call: Call, teamId?: string): Answer {
	const fields = call.fields('search_params');
	const text = fields.string('terms').trim();
	if (text === '') throw invalidBody('terms');
	const terms = parseSearch(text, fields.number('time_zone_offset'));
	const isOr = fields.boolean('is_or_search');
	const withArchived = fields.boolean('include_deleted_channels');
	const found: Post[] = [];
	for (const channel of searched(call, teamId, terms, withArchived)) {
		for (const post of call.world.posts.inChannel.live(channel.id))
			if (answers(call, post, terms, isOr)) found.push(post);
	}
	found.sort((a, b) => b.create_at - a.create_at);
	const size = fields.number('per_page') || pageSize;
	const from = fields.number('page') * size;
	const listing = postListing(call.site, found.slice(0, limit).slice(from, from + size));
	return new Answer(200, { ...listing, matches: null }, { 'Cache-Control': 'no-cache, no-store, must-revalidate' });
}

/** The channels that the caller is in, of the team and of no team, as `in:` allows. */
function* searched(
	call: Call,
	teamId: string | undefined,
	terms: SearchTerms,
	withArchived: boolean,
): Iterable<Channel> {
	for (const member of call.world.channels.membershipsOf(call.user.id)) {
		const channel = call.world.channels.get(member.channel_id);
		if (!channel || (channel.delete_at > 0 && !withArchived)) continue;
		if (teamId !== undefined && channel.team_id !== '' && channel.team_id !== teamId) continue;
		const names = new Set([channel.name, channel.id, ...partners(call, channel)]);
		if (terms.in.length > 0 && !terms.in.some((name) => names.has(name))) continue;
		if (!terms.notIn.some((name) => names.has(name))) yield channel;
	}
}

/** A direct channel may be named by the other user. */
function partners(call: Call, { id, type }: Channel): string[] {
	if (type !== 'D') return [];
	return [...call.world.channels.membersOf(id)].flatMap(({ user_id }) =>
		user_id === call.user.id ? [] : (call.world.users.get(user_id)?.username ?? []),
	);
}

function answers(call: Call, post: Post, terms: SearchTerms, isOr: boolean): boolean {
	if (post.type !== '' || post.create_at < terms.since || post.create_at >= terms.until) return false;
	if (terms.from.length > 0 || terms.notFrom.length > 0) {
		const author = call.world.users.get(post.user_id)?.username ?? '';
		if (terms.from.length > 0 && !terms.from.includes(author)) return false;
		if (terms.notFrom.includes(author)) return false;
	}
	return matchesWords(post.message, post.hashtags, terms, isOr);
}
