import { invalidBody } from './errors.ts';

/**
 * The fields of a JSON body. A field of another type than asked for is refused as Mattermost does: 400, naming `what` the
 * body should have been. null counts as absent.
 */
export class Fields {
	readonly #fields: Readonly<Record<string, unknown>>;
	readonly #what: string;

	constructor(value: unknown, what: string) {
		if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidBody(what);
		this.#fields = value as Record<string, unknown>;
		this.#what = what;
	}

	has(key: string): boolean {
		return (this.#fields[key] ?? null) !== null;
	}

	/** '' when absent. */
	string(key: string): string {
		return this.optional(key) ?? '';
	}

	optional(key: string): string | undefined {
		const value = this.#fields[key] ?? undefined;
		if (value === undefined || typeof value === 'string') return value;
		throw invalidBody(this.#what);
	}

	/** A string that may not be absent or empty; refused by its own name. */
	required(key: string): string {
		const value = this.string(key);
		if (value === '') throw invalidBody(key);
		return value;
	}

	/** 0 when absent. */
	number(key: string): number {
		const value = this.#fields[key] ?? 0;
		if (typeof value !== 'number') throw invalidBody(this.#what);
		return value;
	}

	/** false when absent. */
	boolean(key: string): boolean {
		const value = this.#fields[key] ?? false;
		if (typeof value !== 'boolean') throw invalidBody(this.#what);
		return value;
	}

	/** [] when absent. */
	strings(key: string): string[] {
		return stringsIn(this.#fields[key] ?? [], this.#what);
	}

	/** A plain object as it was sent, {} when absent. */
	record(key: string): Record<string, unknown> {
		const value = this.#fields[key] ?? {};
		if (typeof value !== 'object' || Array.isArray(value)) throw invalidBody(this.#what);
		return value as Record<string, unknown>;
	}

	/** An object of strings only, {} when absent. */
	texts(key: string): Record<string, string> {
		const record = this.record(key);
		for (const value of Object.values(record)) if (typeof value !== 'string') throw invalidBody(this.#what);
		return record as Record<string, string>;
	}

	fields(key: string): Fields {
		return new Fields(this.#fields[key] ?? {}, this.#what);
	}

	/** Whatever was sent. */
	raw(key: string): unknown {
		return this.#fields[key];
	}
}

export function stringsIn(value: unknown, what: string): string[] {
	if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) throw invalidBody(what);
	return value as string[];
}
