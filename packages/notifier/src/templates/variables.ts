// A template's variables: checked when the notification is accepted, made safe when its text is rendered. Pure.

import { isDay } from '../timing/written.ts';
import {
	isOptional,
	type Rendering,
	type Template,
	typeOf,
	type VariableSpec,
	type VariableSpecs,
	type VariableType,
} from './definition.ts';
import { plainAnywhere, plainLines, plainUrl } from './escape.ts';

/** What is wrong with each variable, by name; empty: nothing. */
export type Problems = Readonly<Record<string, string>>;

/** Characters of a text. A post has at most 16,383. */
const longest = 8_000;

/** Unknown names are refused too: they are misspelt. */
export function variableProblems(specs: VariableSpecs, variables: Readonly<Record<string, unknown>>): Problems {
	const problems: Record<string, string> = {};
	for (const [name, spec] of Object.entries(specs)) {
		const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
		if (value === undefined || value === null) {
			if (!isOptional(spec)) problems[name] = 'is missing';
			continue;
		}
		const problem = problemOf(typeOf(spec), value);
		if (problem !== undefined) problems[name] = problem;
	}
	for (const name of Object.keys(variables))
		if (!Object.hasOwn(specs, name)) problems[name] = 'is not a variable of this template';
	return problems;
}

function problemOf(type: VariableType, value: unknown): string | undefined {
	switch (type) {
		case 'text':
		case 'multiline':
		case 'markdown':
			if (typeof value !== 'string') return 'must be a text';
			if (value.trim() === '') return 'must not be empty';
			return value.length > longest ? `must have at most ${longest} characters` : undefined;
		case 'integer':
			return Number.isSafeInteger(value) ? undefined : 'must be a whole number';
		case 'number':
			return Number.isFinite(value) ? undefined : 'must be a number';
		case 'boolean':
			return typeof value === 'boolean' ? undefined : 'must be true or false';
		case 'date':
			return typeof value === 'string' && dateOf(value) !== undefined
				? undefined
				: 'must be a date such as 2026-01-10 or 2026-01-10T08:30:00Z';
		case 'url':
			return typeof value === 'string' && urlOf(value) ? undefined : 'must be an http:// or https:// address';
		default:
			throw new Error(`bug: unknown type ${type satisfies never}`);
	}
}

/** What a template's function is given; the variables were checked. */
export function safeValues(
	{ variables: specs }: Template,
	variables: Readonly<Record<string, unknown>>,
	rendering: Pick<Rendering, 'locale' | 'timeZone'>,
): Record<string, string | number | boolean | undefined> {
	return Object.fromEntries(
		Object.entries(specs).map(([name, spec]) => [name, safeValue(spec, variables[name], rendering)]),
	);
}

function safeValue(
	spec: VariableSpec,
	value: unknown,
	rendering: Pick<Rendering, 'locale' | 'timeZone'>,
): string | number | boolean | undefined {
	if (value === undefined || value === null) return undefined;
	const type = typeOf(spec);
	switch (type) {
		case 'text':
			return plainAnywhere(String(value));
		case 'multiline':
			return plainLines(String(value));
		case 'markdown':
			return String(value);
		case 'integer':
		case 'number':
			return Number(value);
		case 'boolean':
			return value === true;
		case 'date':
			return writtenDate(String(value), rendering);
		case 'url': {
			const url = urlOf(String(value));
			return url && plainUrl(url);
		}
		default:
			throw new Error(`bug: unknown type ${type satisfies never}`);
	}
}

interface DateValue {
	readonly time: number;
	/** A day is the same day everywhere. */
	readonly isDay: boolean;
}

/** A moment says its distance from UTC, else nobody knows when it is. */
function dateOf(text: string): DateValue | undefined {
	const [, day, clock] =
		/^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? [];
	if (day === undefined || !isDay(day)) return undefined;
	const time = Date.parse(text);
	return Number.isNaN(time) ? undefined : { time, isDay: clock === undefined };
}

function writtenDate(text: string, { locale, timeZone }: Pick<Rendering, 'locale' | 'timeZone'>): string {
	const date = dateOf(text);
	if (!date) throw new Error(`bug: ${text} was accepted as a date`);
	return new Intl.DateTimeFormat(
		locale,
		date.isDay ? { dateStyle: 'medium', timeZone: 'UTC' } : { dateStyle: 'medium', timeStyle: 'short', timeZone },
	).format(date.time);
}

/** Names and passwords in an address are for hiding where it leads. */
function urlOf(text: string): URL | undefined {
	if (text.length > 2_048 || !URL.canParse(text)) return undefined;
	const url = new URL(text);
	const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
	return isWeb && url.username === '' && url.password === '' ? url : undefined;
}
