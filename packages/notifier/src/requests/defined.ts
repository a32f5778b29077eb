/** Without what was not said. */
export function defined<Given extends object>(given: Given) {
	return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
		[Name in keyof Given]?: Exclude<Given[Name], undefined>;
	};
}
