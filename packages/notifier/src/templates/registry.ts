import { type Content, type Rendering, type Template, TemplateError } from './definition.ts';
import { safeValues } from './variables.ts';

/** A template and its version, as they stand in a delivery's row: `build-failed@2`. */
export const templateId = ({ name, version }: Pick<Template, 'name' | 'version'>) => `${name}@${version}`;

/** The program's own templates, by name and version. */
export class Templates {
	readonly #byName = new Map<string, Map<number, Template>>();

	/** @throws TemplateError when two have the same name and version. */
	constructor(templates: readonly Template[]) {
		for (const template of templates) {
			const versions = this.#byName.get(template.name) ?? new Map<number, Template>();
			if (versions.has(template.version))
				throw new TemplateError(template.name, { version: `${template.version} is defined twice` });
			this.#byName.set(template.name, versions.set(template.version, template));
		}
	}

	/** By name and version. */
	all(): Template[] {
		return [...this.#byName.values()]
			.flatMap((versions) => [...versions.values()])
			.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version - b.version));
	}

	/** `version`: default the highest. */
	find(name: string, version?: number): Template | undefined {
		const versions = this.#byName.get(name);
		return versions?.get(version ?? Math.max(...versions.keys()));
	}

	/** By what stands in a row. */
	ofRow(id: string): Template | undefined {
		const [, name, version] = /^(.+)@(\d+)$/.exec(id) ?? [];
		return name === undefined ? undefined : this.find(name, Number(version));
	}
}

/** The text can't be made: the template is not there (any more), or failed. */
export class RenderError extends Error {
	override readonly name = 'RenderError' as const;
}

/**
 * `locale`: what the person reads, or the caller asked for; undefined: nobody said.
 * @throws RenderError when the template's function does.
 */
export function renderTemplate(
	template: Template,
	variables: Readonly<Record<string, unknown>>,
	{ locale, timeZone, appBaseUrl }: Omit<Rendering, 'locale'> & { locale: string | undefined },
): Content & { readonly locale: string } {
	const [best, render] = bestLocale(template, locale);
	const values = safeValues(template, variables, { locale: best, timeZone });
	const rendering = { appBaseUrl: appBaseUrl.replace(/\/+$/, ''), locale: best, timeZone };
	try {
		return { ...render(values, rendering), locale: best };
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new RenderError(`template ${templateId(template)} failed: ${reason}`, { cause: error });
	}
}

/** `de-AT` is met by `de-AT`, else by `de`, else by the template's first. */
function bestLocale({ name, locales }: Template, wanted: string | undefined): [string, RenderFunction] {
	for (let locale = wanted; locale; locale = locale.slice(0, Math.max(0, locale.lastIndexOf('-')))) {
		const lower = locale.toLowerCase();
		for (const entry of locales) if (entry[0].toLowerCase() === lower) return entry;
	}
	const [first] = locales;
	if (!first) throw new Error(`bug: template ${name} has no locale`);
	return first;
}

type RenderFunction = Template['locales'] extends ReadonlyMap<string, infer Render> ? Render : never;
