// What a template is. The program's own are defined in code (`defineTemplate`) or in files of a folder, see files.ts.

/**
 * What a variable may hold, and how it is made safe before a template sees it:
 * - `text`: one line, shown as it is: no mention, link or format comes out of it
 * - `multiline`: the same for several lines
 * - `markdown`: taken as it is. Only for what the application itself wrote
 * - `integer`, `number`: in files a `number` is written as the locale writes it (1,234.5), an `integer` digit by digit
 * - `boolean`
 * - `date`: a day (2026-01-10) or a moment (2026-01-10T08:30:00Z), written as the locale and time zone write it
 * - `url`: an http or https address, safe inside `[text](…)`
 */
export const variableTypes = ['text', 'multiline', 'markdown', 'integer', 'number', 'boolean', 'date', 'url'] as const;
export type VariableType = (typeof variableTypes)[number];

/** `optional`: default false. `description`: for who lists the templates. */
export type VariableSpec =
	| VariableType
	| { readonly type: VariableType; readonly optional?: boolean; readonly description?: string };
export type VariableSpecs = Readonly<Record<string, VariableSpec>>;

type ValueOf<Type> = Type extends 'integer' | 'number' ? number : Type extends 'boolean' ? boolean : string;

/** What a template's function is given: texts are safe already. */
export type Values<Specs extends VariableSpecs> = {
	readonly [Name in keyof Specs]: Specs[Name] extends { readonly type: infer Type; readonly optional: true }
		? ValueOf<Type> | undefined
		: Specs[Name] extends { readonly type: infer Type }
			? ValueOf<Type>
			: ValueOf<Specs[Name]>;
};

/** A message attachment as Mattermost shows it. Texts are markdown. */
export interface Attachment {
	/** For clients that show no attachments. */
	readonly fallback?: string;
	/** `#rrggbb` */
	readonly color?: string;
	readonly pretext?: string;
	readonly author_name?: string;
	readonly author_link?: string;
	readonly author_icon?: string;
	readonly title?: string;
	readonly title_link?: string;
	readonly text?: string;
	readonly fields?: readonly { readonly title: string; readonly value: string; readonly short?: boolean }[];
	readonly image_url?: string;
	readonly thumb_url?: string;
	readonly footer?: string;
}

export interface Content {
	/** The direct message; empty only with attachments. */
	readonly message: string;
	/** What stands behind `@username ` in the notification channel. Default: the message. */
	readonly mention?: string;
	/** Of both. */
	readonly attachments?: readonly Attachment[];
}

/** Where and for whom a text is made. */
export interface Rendering {
	/** Where links to the application lead, without a `/` at the end. */
	readonly appBaseUrl: string;
	/** One of the template's own locales: the best for the person. */
	readonly locale: string;
	/** IANA name, of the person. */
	readonly timeZone: string;
}

export interface TemplateDefinition<Specs extends VariableSpecs> {
	/** Lower-case letters, digits, `.`, `-`, `_`. */
	readonly name: string;
	/** Notifications name it or take the highest; those that are on their way keep theirs. Default 1. */
	readonly version?: number;
	readonly description?: string;
	readonly variables: Specs;
	/** A text for each locale (BCP 47: `en`, `de-AT`). The first is for people whose language is none of them. */
	readonly locales: Readonly<Record<string, (values: Values<Specs>, rendering: Rendering) => Content>>;
}

/** A definition whose variables are no longer known to the compiler: they are checked when they come in. */
export interface Template {
	readonly name: string;
	readonly version: number;
	readonly description: string | undefined;
	readonly variables: VariableSpecs;
	readonly locales: ReadonlyMap<string, (values: Readonly<Record<string, unknown>>, rendering: Rendering) => Content>;
}

/** The template can't be used as it is defined. */
export class TemplateError extends Error {
	override readonly name = 'TemplateError' as const;
	/** What is wrong with each field. */
	readonly fields: Readonly<Record<string, string>>;

	/** `where`: the template's name or file. */
	constructor(where: string, fields: Readonly<Record<string, string>>) {
		super(
			`template ${where}: ${Object.entries(fields)
				.map(([field, message]) => `${field} ${message}`)
				.join('; ')}`,
		);
		this.fields = fields;
	}
}

/**
 * A template in code.
 * @throws TemplateError
 */
export function defineTemplate<const Specs extends VariableSpecs>(definition: TemplateDefinition<Specs>): Template {
	const { name, version = 1, description, variables, locales } = definition;
	const fields: Record<string, string> = {};
	if (!isTemplateName(name)) fields.name = 'must have 1 to 64 lower-case letters, digits, ".", "-" or "_"';
	if (!Number.isSafeInteger(version) || version < 1) fields.version = 'must be a whole number above 0';
	for (const variable of Object.keys(variables))
		if (!isVariableName(variable)) fields[`variables.${variable}`] = 'must be a name of letters and digits';
	if (Object.keys(locales).length === 0) fields.locales = 'must have at least one';
	for (const locale of Object.keys(locales))
		if (!isLocale(locale)) fields[`locales.${locale}`] = 'must be a language such as en or de-AT';
	if (Object.keys(fields).length > 0) throw new TemplateError(name, fields);
	return {
		name,
		version,
		description,
		variables,
		// The values are made after `variables`, see variables.ts, so they are what the functions ask for.
		locales: new Map(Object.entries(locales)) as Template['locales'],
	};
}

export const isTemplateName = (name: unknown): name is string =>
	typeof name === 'string' && /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name);

export const isVariableName = (name: string) => /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/.test(name) && !(name in {});

export function isLocale(locale: string): boolean {
	try {
		return Intl.getCanonicalLocales(locale).length === 1;
	} catch {
		return false;
	}
}

export const typeOf = (spec: VariableSpec): VariableType => (typeof spec === 'string' ? spec : spec.type);
export const isOptional = (spec: VariableSpec): boolean => typeof spec !== 'string' && spec.optional === true;
