// Step 3 of the protocol: where a delivery goes, decided once, with everything that must be so before the post: the person exists and is
// active, the direct channel is there, the membership is made sure of.

import type { Chat, ChatUser } from '../mattermost/chat.ts';
import type { NotificationChannel } from '../mattermost/notification-channel.ts';
import { failureOf } from '../mattermost/outcome.ts';
import type { Delivery } from '../outbox/claim.ts';
import { closeDigest } from '../outbox/digest.ts';
import { earlierOf, isBehindUpdate } from '../outbox/follow-ups.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { type Preferences, preferencesOf } from '../outbox/preferences.ts';
import { isFinished } from '../outbox/states.ts';
import type { DmPolicy } from '../outbox/tables.ts';
import type { Decision } from '../outbox/transitions.ts';
import { decideTarget } from '../people/decide.ts';
import { dmChannelOf, isFresh, type Recipient, recipientOf, saveMembership, saveUser } from '../people/recipients.ts';
import { addressOf, spokenAddress } from '../requests/address.ts';
import { RenderError } from '../templates/registry.ts';
import { digestText } from '../texts/digest.ts';
import { digestTemplate, welcomeTemplate } from '../texts/names.ts';
import { type Rendered, type RenderingOptions, render, type Text } from '../texts/render.ts';
import { rankOf } from '../timing/priority.ts';
import { quietUntil } from '../timing/quiet-hours.ts';

/**
 * What becomes of a notification to someone who can't be mentioned because they are not in the notification channel's team, tried in order:
 * - `dm`: a direct message after all
 * - `channel`: a post in the notification channel that names them without notifying
 *
 * Someone unknown or deactivated is never sent a direct message; `channel` holds for them too.
 */
export type Fallback = 'dm' | 'channel';

export interface TargetContext {
	readonly outbox: Outbox;
	readonly chat: Chat;
	/** Known since Mattermost answered for the first time; nothing is delivered before. */
	readonly botUserId: () => string;
	readonly channel: NotificationChannel;
	readonly dmPolicy: DmPolicy;
	readonly fallback: readonly Fallback[];
	readonly rendering: () => RenderingOptions;
}

/** Nobody there to be told. */
export interface Unreachable {
	readonly dead: string;
}

/** Not before `until` (milliseconds since 1970). */
export interface Later {
	readonly until: number;
	readonly why: string;
}

/** Not while that is so. It stays first in its line, so that the order is kept. */
export interface Held {
	readonly held: string;
}

/** Rejects with the error of the call to Mattermost that failed. */
export async function chooseTarget(
	context: TargetContext,
	delivery: Delivery,
): Promise<Decision | Unreachable | Later | Held> {
	try {
		return await choose(context, delivery);
	} catch (error) {
		if (!(error instanceof RenderError)) throw error;
		return { dead: error.message };
	}
}

async function choose(everyone: TargetContext, delivery: Delivery): Promise<Decision | Unreachable | Later | Held> {
	const { outbox, chat, botUserId, fallback } = everyone;
	const recipient = await recipientOf(outbox, delivery.recipient);
	if (delivery.template === welcomeTemplate) {
		// Accepted together with the contact that it answers, so the channel is there.
		return direct(everyone, delivery, (JSON.parse(delivery.variables) as { channelId: string }).channelId);
	}
	const user = await activeUser(everyone, recipient);
	// Of someone unknown only a username may be named to others, never an id or an e-mail address.
	if ('dead' in user)
		return fallback.includes('channel') && addressOf(delivery.recipient).kind === 'username'
			? naming(everyone, delivery, delivery.recipient)
			: user;
	const isKnown = user.username === recipient.mattermost_username;
	const preferences = isKnown ? recipient.preferences : await preferencesOf(outbox, user.username);
	const context = preferences ? preferring(everyone, preferences) : everyone;
	// Nobody is disturbed by an edit.
	const mayDisturb = delivery.priority >= passes || delivery.updates !== null;
	const until = preferences && !mayDisturb ? quietEnd(context, preferences) : undefined;
	if (until !== undefined) return { until, why: 'quiet hours' };
	const followed = delivery.updates ?? delivery.reply_to;
	if (followed !== null) return follow(context, delivery, followed, user.username);
	const isSame = user.id === recipient.mattermost_user_id;
	const dmChannelId = isSame ? (recipient.dm_channel_id ?? undefined) : await dmChannelOf(outbox.db, user.id);
	const target = decideTarget(context.dmPolicy, dmChannelId);
	if (target.kind === 'dm')
		return direct(context, delivery, target.channelId ?? (await chat.directChannel(botUserId(), user.id)));
	const absent = await makeMember(context, recipient, user);
	if (!absent) return mention(context, delivery, user.username);
	if ('held' in absent) return absent;
	for (const instead of fallback) {
		if (instead === 'channel') return naming(context, delivery, user.username);
		return direct(context, delivery, dmChannelId ?? (await chat.directChannel(botUserId(), user.id)));
	}
	return absent;
}

/** The priority that quiet hours do not hold up. */
const passes = rankOf('high');

/** What is set for everyone, where the person has not said otherwise. */
function preferring(context: TargetContext, { locale, time_zone, dm_policy }: Preferences): TargetContext {
	const rendering = context.rendering();
	return {
		...context,
		dmPolicy: dm_policy ?? context.dmPolicy,
		rendering: () => ({
			...rendering,
			locale: locale ?? rendering.locale,
			timeZone: time_zone ?? rendering.timeZone,
		}),
	};
}

function quietEnd({ rendering }: TargetContext, { quiet_start, quiet_end }: Preferences): number | undefined {
	if (quiet_start === null || quiet_end === null) return undefined;
	return quietUntil({ start: quiet_start, end: quiet_end }, rendering().timeZone, Date.now());
}

async function activeUser(
	{ outbox, chat }: TargetContext,
	{ username: address, mattermost_user_id, mattermost_username, resolved_at }: Recipient,
): Promise<Pick<ChatUser, 'id' | 'username'> | Unreachable> {
	if (mattermost_user_id !== null && mattermost_username !== null && isFresh(resolved_at, Date.now()))
		return { id: mattermost_user_id, username: mattermost_username };
	const found = await notFoundIs(userAt(chat, address), undefined);
	if (!found) return { dead: `Mattermost has no ${spokenAddress(address)}` };
	if (found.delete_at > 0) return { dead: `the Mattermost user ${found.username} is deactivated` };
	await saveUser(outbox.db, address, found, Date.now());
	return found;
}

function userAt(chat: Chat, recipient: string): Promise<ChatUser> {
	const address = addressOf(recipient);
	switch (address.kind) {
		case 'username':
			return chat.userByName(address.username);
		case 'id':
			return chat.userById(address.id);
		case 'email':
			return chat.userByEmail(address.email);
		default:
			throw new Error(`bug: unknown address ${address satisfies never}`);
	}
}

/** In the notification channel; `held`: it can't be used. */
async function makeMember(
	context: TargetContext,
	recipient: Recipient,
	user: Pick<ChatUser, 'id' | 'username'>,
): Promise<Unreachable | Held | undefined> {
	const { channel } = context;
	if (channel.problem !== undefined) return { held: channel.problem };
	try {
		return await addWhereMissing(context, recipient, user);
	} catch (error) {
		const failure = failureOf(error);
		if (failure.kind !== 'refused') throw error;
		// Is it about the person, or about the channel?
		const problem = await channel.look();
		if (problem !== undefined) return { held: problem };
		return { dead: `${user.username} can't be added to the notification channel: ${failure.reason}` };
	}
}

async function addWhereMissing(
	{ outbox, chat, channel }: TargetContext,
	{ username: address, member_at, mattermost_user_id }: Recipient,
	{ id: userId, username }: Pick<ChatUser, 'id' | 'username'>,
): Promise<Unreachable | undefined> {
	if (userId === mattermost_user_id && isFresh(member_at, Date.now())) return undefined;
	const isMember = await notFoundIs(
		chat.member(channel.id, userId).then(() => true),
		false,
	);
	if (!isMember) {
		try {
			await chat.addMember(channel.id, userId);
		} catch (error) {
			const failure = failureOf(error);
			if (failure.kind !== 'refused' || failure.id !== 'app.team.get_member.missing.app_error') throw error;
			return { dead: `${username} is not in the team of the notification channel` };
		}
	}
	await saveMembership(outbox.db, address, Date.now());
	return undefined;
}

/** Mattermost's own 404; anyone else's says nothing. */
async function notFoundIs<T, U>(answer: Promise<T>, instead: U): Promise<T | U> {
	try {
		return await answer;
	} catch (error) {
		if (failureOf(error).kind === 'refused' && (error as { status?: number }).status === 404) return instead;
		throw error;
	}
}

/** Where the earlier one went, whatever the person's phase is now: its thread is there. */
async function follow(
	context: TargetContext,
	delivery: Delivery,
	followed: string,
	username: string,
): Promise<Decision | Unreachable | Later | Held> {
	const earlier = await earlierOf(context.outbox, followed);
	if (!earlier) return { dead: `the notification ${followed} that it follows is not known any more` };
	// The last text given must be the one that stays.
	const { id, updates } = delivery;
	const isBehind = updates !== null && (await isBehindUpdate(context.outbox, { id, updates }));
	if (!isFinished(earlier.state) || isBehind) {
		const now = Date.now();
		const wait = Math.min(Math.max((now - delivery.accepted_at) / 2, 500), 60_000);
		return { until: Math.ceil(now + wait), why: `the notification ${followed} that it follows is not posted yet` };
	}
	const { target, channel_id, post_id } = earlier;
	if (target === null || channel_id === null || post_id === null)
		return { dead: `the notification ${followed} that it follows was not posted: it is ${earlier.state}` };
	const { message, attachments } = await written(context, delivery, target === 'dm' ? 'message' : 'mention');
	return {
		target,
		channelId: channel_id,
		message: target === 'dm' ? message : `@${username} ${message}`,
		attachments,
		rootId: delivery.updates === null ? (earlier.root_id ?? post_id) : earlier.root_id,
	};
}

async function direct(context: TargetContext, delivery: Delivery, channelId: string): Promise<Decision> {
	return { target: 'dm', channelId, ...(await written(context, delivery, 'message')) };
}

function mention(context: TargetContext, delivery: Delivery, username: string): Promise<Decision | Held> {
	return inChannel(context, delivery, `@${username}`);
}

/** As code, the name notifies nobody. */
function naming(context: TargetContext, delivery: Delivery, username: string): Promise<Decision | Held> {
	return inChannel(context, delivery, `\`@${username}\``);
}

async function inChannel(context: TargetContext, delivery: Delivery, name: string): Promise<Decision | Held> {
	if (context.channel.problem !== undefined) return { held: context.channel.problem };
	const { message, attachments } = await written(context, delivery, 'mention');
	return { target: 'channel', channelId: context.channel.id, message: `${name} ${message}`, attachments };
}

async function written(
	{ outbox, rendering }: TargetContext,
	delivery: Delivery,
	as: 'message' | 'mention',
): Promise<{ message: string; attachments: string | null }> {
	const texts = (items: readonly Rendered[]): Text[] => items.map((item) => render(item, as, rendering()));
	const { message, attachments } =
		delivery.template === digestTemplate
			? digestText(texts(await closeDigest(outbox, delivery)), as)
			: render(delivery, as, rendering());
	return { message, attachments: attachments ? JSON.stringify(attachments) : null };
}
