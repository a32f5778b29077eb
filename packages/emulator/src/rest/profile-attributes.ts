import { userWith } from '../accounts.ts';
import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, invalidBody } from '../errors.ts';
import { newId } from '../ids.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { AttributeField } from '../world/profile-attributes.ts';

/** Fields of a server at most. */
const limit = 20;
const types = new Set(['text', 'select', 'multiselect', 'date', 'user', 'multiuser']);
/** The group of properties to which all fields belong; one for each server. */
const groupId = newId();

const event = 'custom_profile_attributes';

export const profileAttributeRoutes: readonly Route[] = [
	route('GET /api/v4/custom_profile_attributes/group', (call) => {
		demandLicense(call);
		return { id: groupId };
	}),

	route('GET /api/v4/custom_profile_attributes/fields', (call) => {
		demandLicense(call);
		return call.world.profileAttributes.all().map(view);
	}),

	route('POST /api/v4/custom_profile_attributes/fields', (call) => {
		demandLicense(call);
		demand.system(call, 'manage_system');
		const fields = call.fields('property_field');
		const { now, world, user } = call;
		if (world.profileAttributes.all().length >= limit) {
			throw new AppError(
				422,
				'app.custom_profile_attributes.limit_reached.app_error',
				'Custom Profile Attributes field limit reached.',
			);
		}
		const field: AttributeField = {
			id: newId(),
			name: fields.string('name').trim(),
			type: fields.string('type'),
			attrs: fields.record('attrs'),
			create_at: now,
			update_at: now,
			delete_at: 0,
			created_by: user.id,
			updated_by: user.id,
		};
		check(field);
		world.profileAttributes.fields.insert(field);
		call.hub.publish(`${event}_field_created`, { field: view(field) }, {});
		return created(view(field));
	}),

	route('PATCH /api/v4/custom_profile_attributes/fields/{field_id}', (call) => {
		demandLicense(call);
		demand.system(call, 'manage_system');
		const fields = call.fields('property_field_patch');
		const field = fieldWith(call);
		const type = fields.optional('type') ?? field.type;
		// Values of another type would mean nothing.
		const delete_values = type !== field.type;
		const changed = {
			...field,
			name: fields.optional('name')?.trim() ?? field.name,
			type,
			attrs: fields.has('attrs') ? fields.record('attrs') : field.attrs,
			update_at: call.now,
			updated_by: call.user.id,
		};
		check(changed);
		const { profileAttributes } = call.world;
		profileAttributes.fields.update(field, changed);
		if (delete_values) for (const value of profileAttributes.valuesIn(field.id)) profileAttributes.values.delete(value);
		call.hub.publish(`${event}_field_updated`, { field: view(field), delete_values }, {});
		return view(field);
	}),

	route('DELETE /api/v4/custom_profile_attributes/fields/{field_id}', (call) => {
		demandLicense(call);
		demand.system(call, 'manage_system');
		const field = fieldWith(call);
		const { profileAttributes } = call.world;
		profileAttributes.fields.update(field, { delete_at: call.now, update_at: call.now });
		for (const value of profileAttributes.valuesIn(field.id)) profileAttributes.values.delete(value);
		call.hub.publish(`${event}_field_deleted`, { field_id: field.id }, {});
		return ok;
	}),

	route('PATCH /api/v4/custom_profile_attributes/values', (call) => setValues(call, call.user.id)),

	route('PATCH /api/v4/users/{user_id}/custom_profile_attributes', (call) => {
		demand.user(call, call.params.user_id);
		return setValues(call, userWith(call.site, call.params.user_id).id);
	}),

	route('GET /api/v4/users/{user_id}/custom_profile_attributes', (call) => {
		demandLicense(call);
		return call.world.profileAttributes.valuesOf(userWith(call.site, call.params.user_id).id);
	}),
];

function setValues(call: Call, userId: string): object {
	demandLicense(call);
	const given = call.json('value');
	if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalidBody('value');
	const { profileAttributes } = call.world;
	const known = new Set(profileAttributes.all().map(({ id }) => id));
	for (const id of Object.keys(given)) {
		if (!known.has(id))
			throw new AppError(
				404,
				'app.custom_profile_attributes.property_field_not_found.app_error',
				'Custom Profile Attribute field not found.',
			);
	}
	for (const [field_id, value] of Object.entries(given)) profileAttributes.set({ field_id, user_id: userId, value });
	call.hub.publish(`${event}_values_updated`, { user_id: userId, values: given }, {});
	return given;
}

function demandLicense({ site }: Call): void {
	if (site.settings.licensed) return;
	throw new AppError(
		403,
		'api.custom_profile_attributes.license_error',
		'Your license does not support Custom Profile Attributes.',
	);
}

function fieldWith({ world, params }: Call<'field_id'>): AttributeField {
	const field = world.profileAttributes.fields.get(params.field_id);
	if (field?.delete_at === 0) return field;
	throw new AppError(
		404,
		'app.custom_profile_attributes.property_field_not_found.app_error',
		'Custom Profile Attribute field not found.',
	);
}

function check({ name, type }: AttributeField): void {
	if (name === '' || !types.has(type)) {
		throw new AppError(
			422,
			'model.property_field.is_valid.app_error',
			'Invalid property field: a name and a known type are needed.',
		);
	}
}

const view = (field: AttributeField) => ({ ...field, group_id: groupId, target_id: '', target_type: '' });
