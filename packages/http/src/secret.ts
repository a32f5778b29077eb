import { inspect } from 'node:util';

const hidden = '[secret]';

/** A string that shows itself only to who asks by `reveal()`: logs, errors, `JSON.stringify` and `inspect` get `[secret]`. */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
	}

	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return hidden;
	}

	toJSON(): string {
		return hidden;
	}

	[inspect.custom](): string {
		return hidden;
	}
}
