// The headings of a user's sidebar in a team.
import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import { Fields, stringsIn } from '../fields.ts';
import { newId } from '../ids.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { Category } from '../world/categories.ts';

const base = '/api/v4/users/{user_id}/teams/{team_id}/channels/categories';

export const categoryRoutes: readonly Route[] = [
	route(`GET ${base}`, (call) => {
		const categories = own(call);
		return { categories: categories.map((category) => view(call, category)), order: categories.map(({ id }) => id) };
	}),

	route(`POST ${base}`, (call) => {
		const categories = own(call);
		const fields = call.fields('category');
		const { user_id, team_id } = call.params;
		const display_name = fields.string('display_name');
		if (display_name === '') throw invalidBody('category');
		const channelIds = fields.strings('channel_ids').filter((id) => call.world.channels.isMember(id, user_id));
		takeOut(call, channelIds);
		// Behind the favourites, before the others.
		const [first, ...rest] = categories;
		const category = call.world.categories.table.insert({
			id: newId(),
			user_id,
			team_id,
			sort_order: 10,
			sorting: fields.string('sorting'),
			type: 'custom',
			display_name,
			muted: fields.boolean('muted'),
			collapsed: fields.boolean('collapsed'),
			channel_ids: channelIds,
		});
		reorder(call, first ? [first, category, ...rest] : [category, ...rest]);
		publish(call, 'sidebar_category_created', { category_id: category.id });
		return view(call, category);
	}),

	route(`PUT ${base}`, (call) => {
		const categories = own(call);
		const list = call.json('categories');
		if (!Array.isArray(list)) throw invalidBody('categories');
		const changed = list.map((given) => change(call, categories, new Fields(given, 'category')));
		return tell(call, changed);
	}),

	route(`GET ${base}/order`, (call) => own(call).map(({ id }) => id)),

	route(`PUT ${base}/order`, (call) => {
		const categories = own(call);
		const order = stringsIn(call.json('categoryOrder'), 'category_order');
		const byId = new Map(categories.map((category) => [category.id, category]));
		const ordered = order.flatMap((id) => byId.get(id) ?? []);
		if (ordered.length !== categories.length || new Set(order).size !== order.length) {
			throw new AppError(400, 'app.channel.sidebar_categories.app_error', 'The order has to name every category once.');
		}
		reorder(call, ordered);
		publish(call, 'sidebar_category_order_updated', { order });
		return order;
	}),

	route(`GET ${base}/{category_id}`, (call) => view(call, found(own(call), call.params.category_id))),

	route(`PUT ${base}/{category_id}`, (call) => {
		const categories = own(call);
		const fields = call.fields('category');
		if (fields.string('id') !== call.params.category_id) throw invalidBody('category');
		const category = change(call, categories, fields);
		tell(call, [category]);
		return view(call, category);
	}),

	route(`DELETE ${base}/{category_id}`, (call) => {
		const category = found(own(call), call.params.category_id);
		if (category.type !== 'custom') {
			throw new AppError(400, 'app.channel.sidebar_categories.app_error', 'Only custom categories can be deleted.');
		}
		call.world.categories.table.delete(category);
		publish(call, 'sidebar_category_deleted', { category_id: category.id });
		return ok;
	}),
];

type CategoryCall = Call<'user_id' | 'team_id'>;

function own(call: CategoryCall): Category[] {
	const { user_id, team_id } = call.params;
	if (user_id !== call.user.id) demand.system(call, 'edit_other_users');
	if (!call.world.teams.isMember(team_id, user_id)) throw forbidden();
	return call.world.categories.of(user_id, team_id);
}

function found(categories: readonly Category[], id: string): Category {
	const category = categories.find((category) => category.id === id);
	if (!category) throw new AppError(404, 'app.channel.sidebar_categories.app_error', 'Unable to find the category.');
	return category;
}

/** A channel stands under one heading only. */
function takeOut(call: CategoryCall, channelIds: readonly string[], into?: Category): void {
	const moved = new Set(channelIds);
	for (const other of call.world.categories.of(call.params.user_id, call.params.team_id)) {
		if (other === into || !other.channel_ids.some((id) => moved.has(id))) continue;
		call.world.categories.table.update(other, { channel_ids: other.channel_ids.filter((id) => !moved.has(id)) });
	}
}

function change(call: CategoryCall, categories: readonly Category[], fields: Fields): Category {
	const category = found(categories, fields.string('id'));
	const channel_ids = fields.strings('channel_ids');
	takeOut(call, channel_ids, category);
	return call.world.categories.table.update(category, {
		channel_ids,
		sorting: fields.string('sorting'),
		muted: fields.boolean('muted'),
		collapsed: fields.boolean('collapsed'),
		// The built-in headings keep their names.
		...(category.type === 'custom' ? { display_name: fields.string('display_name') } : {}),
	});
}

function reorder(call: CategoryCall, categories: readonly Category[]): void {
	for (const [index, category] of categories.entries()) {
		call.world.categories.table.update(category, { sort_order: index * 10 });
	}
}

function tell(call: CategoryCall, changed: readonly Category[]): object[] {
	const views = changed.map((category) => view(call, category));
	publish(call, 'sidebar_category_updated', { updatedCategories: JSON.stringify(views) });
	return views;
}

function publish({ hub, params }: CategoryCall, event: string, data: Record<string, unknown>): void {
	hub.publish(event, data, { user_id: params.user_id, team_id: params.team_id });
}

function view(call: CategoryCall, category: Category): object {
	return { ...category, channel_ids: channelsUnder(call, category) };
}

/** Channels that stand nowhere are under `channels` and `direct_messages`, in the order of the alphabet. */
function channelsUnder({ world, params }: CategoryCall, category: Category): string[] {
	const { channels, categories } = world;
	const isHere = (id: string) => channels.isMember(id, params.user_id) && channels.get(id)?.delete_at === 0;
	const placed = category.channel_ids.filter(isHere);
	if (category.type !== 'channels' && category.type !== 'direct_messages') return placed;
	const taken = new Set(categories.of(params.user_id, params.team_id).flatMap(({ channel_ids }) => channel_ids));
	const teamId = category.type === 'channels' ? params.team_id : '';
	const rest = [...channels.membershipsOf(params.user_id)]
		.flatMap(({ channel_id }) => channels.get(channel_id) ?? [])
		.filter(({ id, team_id, delete_at }) => team_id === teamId && delete_at === 0 && !taken.has(id))
		.sort((a, b) => a.display_name.localeCompare(b.display_name));
	return [...placed, ...rest.map(({ id }) => id)];
}
