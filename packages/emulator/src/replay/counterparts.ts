// Ids and times differ on every run. The first time that a recorded one and one of ours stand at the same place they
// become counterparts; from then on they must stay together, so that an answer about the wrong thing is a difference.
import type { Json } from './recordings.ts';

/** Hashes, ids and times in milliseconds, where they stand for themselves. */
const changing = /(?<![a-zA-Z0-9])(?:[0-9a-f]{64}|[0-9a-f]{40}|[a-z0-9]{26}|1[78]\d{11})(?![a-zA-Z0-9])/g;
const idForm = /^[a-z0-9]{26}$/;
const timeForm = /^1[78]\d{11}$/;
/** The name of a direct channel: the two ids in alphabetical order, which is chance. */
const pairForm = /^([a-z0-9]{26})__([a-z0-9]{26})$/;

export class Counterparts {
	readonly #ours = new Map<string, string>();
	readonly #recorded = new Map<string, string>();
	readonly #times = new Map<number, number>();

	constructor() {
		// Ids that the recording program made up are the same here.
		for (const letter of 'az') this.#bind(letter.repeat(26), letter.repeat(26));
	}

	/** Says that a recorded string and one of ours mean the same, whatever their form (tokens, names). */
	meet(recorded: string, ours: string): void {
		this.#ours.set(recorded, ours);
		this.#recorded.set(ours, recorded);
	}

	meetTimes(recorded: number, ours: number): void {
		if (!this.#times.has(recorded)) this.#times.set(recorded, ours);
	}

	/** True where the two texts differ in nothing but ids, hashes and times that belong together. */
	sameText(recorded: string, ours: string): boolean {
		const pair = pairForm.exec(recorded);
		const ourPair = pairForm.exec(ours);
		if (pair && ourPair) {
			const [, one = '', other = ''] = pair;
			const both = new Set([ourPair[1], ourPair[2]]);
			return [one, other].every((id) => both.has(this.#ours.get(id) ?? ''));
		}
		const ourParts = ours.match(changing) ?? [];
		const parts = recorded.match(changing) ?? [];
		if (parts.length !== ourParts.length) return false;
		if (recorded.replace(changing, '#') !== ours.replace(changing, '#')) return false;
		return parts.every((part, index) => this.#same(part, ourParts[index] ?? ''));
	}

	/** A recorded id's counterpart where both are known. */
	idOf(recorded: string): string | undefined {
		return this.#ours.get(recorded);
	}

	/** The recorded text with our ids and times in it. */
	translate(text: string): string {
		if (this.#ours.has(text)) return this.#ours.get(text) ?? text;
		return text.replace(changing, (part) =>
			timeForm.test(part) ? String(this.time(Number(part))) : (this.#ours.get(part) ?? part),
		);
	}

	translateJson(value: Json): Json {
		if (typeof value === 'string') return this.translate(value);
		if (typeof value === 'number') return timeForm.test(String(value)) ? this.time(value) : value;
		if (Array.isArray(value)) return value.map((item) => this.translateJson(item));
		if (value === null || typeof value !== 'object') return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, item]) => [this.translate(key), this.translateJson(item)]),
		);
	}

	/** Our time for a recorded one: its counterpart, or as far after the counterpart that came before it. */
	time(recorded: number): number {
		const exact = this.#times.get(recorded);
		if (exact !== undefined) return exact;
		let before = 0;
		for (const time of this.#times.keys()) if (time < recorded && time > before) before = time;
		return before === 0 ? recorded : (this.#times.get(before) ?? 0) + (recorded - before);
	}

	#same(recorded: string, ours: string): boolean {
		if (timeForm.test(recorded)) return timeForm.test(ours);
		if (!idForm.test(recorded)) return recorded.length === ours.length;
		return idForm.test(ours) && this.#bind(recorded, ours);
	}

	#bind(recorded: string, ours: string): boolean {
		const known = this.#ours.get(recorded);
		if (known !== undefined) return known === ours;
		if (this.#recorded.has(ours)) return false;
		this.meet(recorded, ours);
		return true;
	}
}
