import type { RequestOptions } from '@matterkit/http';
import type { PropertyField } from '@mattermost/types/properties';
import { Resource } from './resource.ts';

/** The fields that an admin adds to users' profiles. Values: `users.getCustomAttributes`. */
export class ProfileAttributes extends Resource {
	list(options?: RequestOptions) {
		return this.call('GET /api/v4/custom_profile_attributes/fields', [], options);
	}

	create(field: Partial<PropertyField> & { name: string; type: PropertyField['type'] }, options?: RequestOptions) {
		return this.call('POST /api/v4/custom_profile_attributes/fields', [], { ...options, json: field });
	}

	update(fieldId: string, fields: Partial<Pick<PropertyField, 'name' | 'type' | 'attrs'>>, options?: RequestOptions) {
		return this.call('PATCH /api/v4/custom_profile_attributes/fields/{field_id}', [fieldId], {
			...options,
			json: fields,
		});
	}

	delete(fieldId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/custom_profile_attributes/fields/{field_id}', [fieldId], options);
	}

	/** Yours, by field id. */
	setMine(values: Record<string, string | string[]>, options?: RequestOptions) {
		return this.call('PATCH /api/v4/custom_profile_attributes/values', [], { ...options, json: values });
	}
}
