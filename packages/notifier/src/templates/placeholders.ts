// The language of templates in files: `{{name}}`. Nothing is evaluated, and what is filled in is not looked at again. Pure.

const placeholder = /\{\{([^{}]*)\}\}/g;

/** The names in the placeholders of a text. */
export function namesIn(text: string): string[] {
	return Array.from(text.matchAll(placeholder), ([, name = '']) => name.trim());
}

/** Fills in a text. A line that asks for a value that was not given is left out; undefined: all lines were. */
export function fill(text: string, values: Readonly<Record<string, string | undefined>>): string | undefined {
	const lines = text.split('\n').flatMap((line) => {
		if (namesIn(line).some((name) => values[name] === undefined)) return [];
		return line.replace(placeholder, (_, name: string) => values[name.trim()] ?? '');
	});
	return lines.length === 0 ? undefined : lines.join('\n');
}
