// What an answer must have at least. TypeScript makes sure that a shape asks for nothing that the type does not promise.

export interface Fault {
	readonly at: string;
	readonly expected: string;
	readonly found: string;
}

/** Holds for every T: looks at a part of a T, and never at more. */
export interface Shape<T> {
	fault(value: unknown, at: string): Fault | undefined;
	/** For the type checker only. */
	readonly of?: (value: T) => void;
}

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null' | 'undefined';
type KindOf<V> = V extends string
	? 'string'
	: V extends number
		? 'number'
		: V extends boolean
			? 'boolean'
			: V extends readonly unknown[]
				? 'array'
				: V extends object
					? 'object'
					: never;

/** An object with at least these fields, of these kinds or shapes. */
export function object<T extends object>(
	fields: { readonly [K in keyof T]?: KindOf<NonNullable<T[K]>> | Shape<T[K]> },
): Shape<T> {
	const entries = Object.entries(fields) as [string, Kind | Shape<never>][];
	return {
		fault(value, at) {
			if (kindOf(value) !== 'object') return wrong(value, at, 'an object');
			for (const [name, wanted] of entries) {
				const field = (value as Record<string, unknown>)[name];
				const place = at ? `${at}.${name}` : name;
				const fault = typeof wanted === 'object' ? wanted.fault(field, place) : kindFault(field, place, wanted);
				if (fault) return fault;
			}
			return undefined;
		},
	};
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
	return {
		fault(value, at) {
			if (!Array.isArray(value)) return wrong(value, at, 'an array');
			return firstFault(value.entries(), item, (index) => `${at}[${index}]`);
		},
	};
}

/** An object used as a map. */
export function mapOf<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
	return {
		fault(value, at) {
			if (kindOf(value) !== 'object') return wrong(value, at, 'an object');
			return firstFault(Object.entries(value as object), item, (key) => `${at}[${JSON.stringify(key)}]`);
		},
	};
}

export const text: Shape<string> = { fault: (value, at) => kindFault(value, at, 'string') };

function firstFault<K>(
	entries: Iterable<[K, unknown]>,
	item: Shape<never>,
	place: (key: K) => string,
): Fault | undefined {
	for (const [key, value] of entries) {
		const fault = item.fault(value, place(key));
		if (fault) return fault;
	}
	return undefined;
}

function kindFault(value: unknown, at: string, kind: Kind): Fault | undefined {
	return kindOf(value) === kind ? undefined : wrong(value, at, `of type ${kind}`);
}

function wrong(value: unknown, at: string, expected: string): Fault {
	return { at, expected, found: kindOf(value) };
}

function kindOf(value: unknown): Kind {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : (typeof value as Kind);
}
