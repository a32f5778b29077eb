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

	/** For `util.inspect` and `console.log`; the registered name of `inspect.custom`, so that nothing has to be imported for it. */
	[Symbol.for('nodejs.util.inspect.custom')](): string {
		return hidden;
	}
}
