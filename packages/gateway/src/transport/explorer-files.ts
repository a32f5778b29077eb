// The files of the page for browsers. GraphiQL and React are bundled by those who make them, and are no dependencies of the published
// package, which would be ten times as large: it has copies (scripts/pack-explorer.ts). Sources take them from where npm put them.

const fromSources = import.meta.url.endsWith('.ts');

/** Made by others: name in the page, package, path in the package. */
export const borrowedFiles = [
	['react.js', 'react', 'umd/react.production.min.js'],
	['react-dom.js', 'react-dom', 'umd/react-dom.production.min.js'],
	['graphiql.js', 'graphiql', 'graphiql.min.js'],
	['graphiql.css', 'graphiql', 'graphiql.min.css'],
] as const;

/** Where a file of a package is that npm installed. */
export const installed = (from: string, path: string) => new URL(path, import.meta.resolve(`${from}/package.json`));

const own = (name: string) => new URL(`../../explorer/${name}`, import.meta.url);
const packed = (name: string) => new URL(`../explorer/${name}`, import.meta.url);

/** Where the page is, or a file that it asks for; undefined: there is none of that name. */
export function explorerFile(name: string): URL | undefined {
	if (['index.html', 'page.css', 'page.js'].includes(name)) return own(name);
	const borrowed = borrowedFiles.find(([asked]) => asked === name);
	if (!borrowed) return undefined;
	const [, from, path] = borrowed;
	return fromSources ? installed(from, path) : packed(name);
}
