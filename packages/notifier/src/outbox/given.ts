import type { StoreKind } from '@matterkit/store';
import { type AliasedRawBuilder, type RawBuilder, sql } from 'kysely';

/**
 * Rows as a table named `given`, in one parameter: a statement over it is the same however many there are, so it is planned (SQLite:
 * prepared) once. undefined is null.
 */
export function given<Row extends object>(
	kind: StoreKind,
	columns: Readonly<Record<keyof Row & string, 'text' | 'bigint'>>,
	rows: readonly Row[],
): AliasedRawBuilder<Row, 'given'> {
	const json = jsonOf(rows);
	const typed = Object.entries<'text' | 'bigint'>(columns);
	if (kind === 'postgres')
		return sql<Row>`json_to_recordset(${json}::json)`.as<'given'>(
			sql.raw(`given(${typed.map(([name, type]) => `${name} ${type}`).join(', ')})`),
		);
	const values = typed.map(([name]) => `value ->> '${name}' as ${name}`).join(', ');
	return sql<Row>`(select ${sql.raw(values)} from json_each(${json}))`.as('given');
}

/** Texts for `in`, in one parameter. */
export function listed(kind: StoreKind, texts: readonly string[]): RawBuilder<string> {
	const json = jsonOf(texts);
	return kind === 'postgres'
		? sql<string>`(select json_array_elements_text(${json}::json))`
		: sql<string>`(select value from json_each(${json}))`;
}

/** What PostgreSQL refuses in a text (a null character, half of a surrogate pair) is shown as unreadable. */
function jsonOf(rows: readonly unknown[]): string {
	const json = JSON.stringify(rows);
	if (!/\\u(?:0000|d[89a-f])/.test(json)) return json;
	return JSON.stringify(rows, (_, value) =>
		typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value,
	);
}
