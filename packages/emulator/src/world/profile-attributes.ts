import type { Table } from './table.ts';
import type { World } from './world.ts';

/** A field that every user's profile has beside the usual ones. */
export interface AttributeField {
	readonly id: string;
	name: string;
	type: string;
	attrs: Readonly<Record<string, unknown>>;
	readonly create_at: number;
	update_at: number;
	delete_at: number;
	readonly created_by: string;
	updated_by: string;
}

export interface AttributeValue {
	readonly field_id: string;
	readonly user_id: string;
	value: unknown;
}

export class ProfileAttributes {
	readonly fields: Table<AttributeField>;
	readonly values: Table<AttributeValue>;
	readonly #byUser;
	readonly #byField;

	constructor(world: World) {
		this.fields = world.table<AttributeField>('attribute_fields', (field) => field.id);
		this.values = world.table<AttributeValue>('attribute_values', (value) => `${value.field_id} ${value.user_id}`);
		this.#byUser = this.values.by((value) => value.user_id);
		this.#byField = this.values.by((value) => value.field_id);
	}

	/** By their `sort_order`; the deleted ones are left out. */
	all(): AttributeField[] {
		const order = ({ attrs }: AttributeField) => Number(attrs.sort_order ?? 0);
		return [...this.fields.values()].filter((field) => field.delete_at === 0).sort((a, b) => order(a) - order(b));
	}

	valuesOf(userId: string): Record<string, unknown> {
		return Object.fromEntries([...this.#byUser.get(userId)].map(({ field_id, value }) => [field_id, value]));
	}

	valuesIn(fieldId: string): AttributeValue[] {
		return [...this.#byField.get(fieldId)];
	}

	set(value: AttributeValue): void {
		const before = this.values.get(`${value.field_id} ${value.user_id}`);
		if (before) this.values.update(before, { value: value.value });
		else this.values.insert(value);
	}
}
