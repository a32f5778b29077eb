// Templates as JSON files in a folder, one template (in one version) a file.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fieldsOf } from '../errors/fields-of.ts';
import {
	type Attachment,
	type Content,
	defineTemplate,
	isLocale,
	isTemplateName,
	isVariableName,
	type Rendering,
	type Template,
	TemplateError,
	typeOf,
	variableTypes,
} from './definition.ts';
import { fill, namesIn } from './placeholders.ts';

/** A text of several lines may be written as a list of them. */
const text = z
	.union([z.string(), z.array(z.string())], { error: 'must be a text or a list of lines' })
	.transform((lines) => (typeof lines === 'string' ? lines : lines.join('\n')));

const type = z.enum(variableTypes, { error: `must be one of ${variableTypes.join(', ')}` });

const attachment = z.strictObject({
	fallback: text.optional(),
	color: z
		.string()
		.regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #0088cc')
		.optional(),
	pretext: text.optional(),
	author_name: text.optional(),
	author_link: text.optional(),
	author_icon: text.optional(),
	title: text.optional(),
	title_link: text.optional(),
	text: text.optional(),
	fields: z.array(z.strictObject({ title: text, value: text, short: z.boolean().optional() })).optional(),
	image_url: text.optional(),
	thumb_url: text.optional(),
	footer: text.optional(),
});

const content = z.strictObject({
	message: text,
	mention: text.optional(),
	attachments: z.array(attachment).max(20, 'must be at most 20').optional(),
});

const file = z.strictObject({
	name: z
		.string({ error: 'is missing' })
		.refine(isTemplateName, 'must have lower-case letters, digits, ".", "-" or "_"'),
	version: z.int('must be a whole number above 0').min(1, 'must be a whole number above 0').default(1),
	description: z.string().optional(),
	variables: z.record(
		z.string().refine(isVariableName, 'must be a name of letters and digits'),
		z.union([type, z.strictObject({ type, optional: z.boolean().optional(), description: z.string().optional() })], {
			error: `must be one of ${variableTypes.join(', ')}, or {"type": …, "optional": true}`,
		}),
	),
	locales: z
		.record(z.string().refine(isLocale, 'must be a language such as en or de-AT'), content)
		.refine((locales) => Object.keys(locales).length > 0, 'must have at least one'),
});

type FileContent = z.output<typeof content>;

/**
 * The templates of all `.json` files in a folder.
 * @throws TemplateError that names the file and the field.
 */
export async function loadTemplates(folder: string): Promise<Template[]> {
	const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
	return Promise.all(
		names.map(async (name) => {
			let definition: unknown;
			try {
				definition = JSON.parse(await readFile(join(folder, name), 'utf8'));
			} catch (error) {
				if (!(error instanceof SyntaxError)) throw error;
				throw new TemplateError(name, { file: `is no JSON: ${error.message}` });
			}
			return parseTemplate(definition, name);
		}),
	);
}

/**
 * A template from what stands in a file.
 * @throws TemplateError
 */
export function parseTemplate(definition: unknown, where: string): Template {
	const parsed = file.safeParse(definition);
	if (!parsed.success) throw new TemplateError(where, fieldsOf(parsed.error));
	const { locales, variables, description, ...rest } = parsed.data;
	const fields = placeholderProblems(locales, variables);
	if (Object.keys(fields).length > 0) throw new TemplateError(where, fields);
	return defineTemplate({
		...rest,
		...(description !== undefined && { description }),
		// zod's optional fields may be undefined; where they are, they are not there.
		variables: variables as Template['variables'],
		locales: Object.fromEntries(
			Object.entries(locales).map(([locale, texts]) => [
				locale,
				(values: Readonly<Record<string, unknown>>, rendering: Rendering) =>
					filled(texts, writtenValues(values, variables as Template['variables'], rendering)),
			]),
		),
	});
}

function placeholderProblems(
	locales: Readonly<Record<string, FileContent>>,
	variables: object,
): Record<string, string> {
	const fields: Record<string, string> = {};
	for (const [locale, texts] of Object.entries(locales)) {
		eachText(texts, `locales.${locale}`, (path, value) => {
			for (const name of namesIn(value))
				if (!Object.hasOwn(variables, name) && name !== 'appBaseUrl')
					fields[path] ??= `asks for {{${name}}}, which is not one of the variables`;
		});
	}
	return fields;
}

function eachText(value: unknown, path: string, visit: (path: string, value: string) => void): void {
	if (typeof value === 'string') visit(path, value);
	else if (typeof value === 'object' && value !== null)
		for (const [key, inner] of Object.entries(value)) eachText(inner, `${path}.${key}`, visit);
}

function filled(texts: FileContent, written: Readonly<Record<string, string | undefined>>): Content {
	const { message, mention, attachments } = texts;
	const shortText = mention === undefined ? undefined : fill(mention, written);
	return {
		message: fill(message, written) ?? '',
		...(shortText !== undefined && { mention: shortText }),
		...(attachments && { attachments: attachments.map((one) => filledAttachment(one, written)) }),
	};
}

function filledAttachment(
	{ fields, ...texts }: NonNullable<FileContent['attachments']>[number],
	values: Readonly<Record<string, string | undefined>>,
): Attachment {
	const given = Object.entries(texts).flatMap(([key, value]) => {
		const text = value === undefined ? undefined : fill(value, values);
		return text === undefined ? [] : [[key, text]];
	});
	return {
		...Object.fromEntries(given),
		...(fields && {
			fields: fields.flatMap(({ title, value, short }) => {
				const [heading, text] = [fill(title, values), fill(value, values)];
				if (heading === undefined || text === undefined) return [];
				return { title: heading, value: text, ...(short !== undefined && { short }) };
			}),
		}),
	};
}

/** An `integer` may be an order's or a build's number, so it stays digits; a `number` is an amount. */
function writtenValues(
	values: Readonly<Record<string, unknown>>,
	specs: Template['variables'],
	{ locale, appBaseUrl }: Rendering,
): Record<string, string | undefined> {
	const written: Record<string, string | undefined> = { appBaseUrl };
	for (const [name, spec] of Object.entries(specs)) {
		const value = values[name];
		if (value === undefined) continue;
		written[name] = typeOf(spec) === 'number' ? new Intl.NumberFormat(locale).format(Number(value)) : String(value);
	}
	return written;
}
