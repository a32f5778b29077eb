/** A page to try queries and subscriptions on, without anything from another host. Only served where introspection is on. */
export const explorerPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>matterkit GraphQL</title>
<style>
	body { margin: 0; display: grid; grid-template: auto 1fr / 1fr 1fr; gap: .5rem; height: 100vh; padding: .5rem; box-sizing: border-box; font: 14px system-ui; }
	header { grid-column: 1 / 3; display: flex; gap: .5rem; }
	header input { flex: 1; }
	textarea, pre { font: 13px ui-monospace, monospace; margin: 0; padding: .5rem; border: 1px solid #888; overflow: auto; }
	section { display: grid; grid-template-rows: 3fr 1fr; gap: .5rem; }
</style>
<header>
	<button id="run">Run (Ctrl+Enter)</button>
	<button id="schema">Schema</button>
	<input id="token" placeholder="Token: JWT …" aria-label="Token" autocomplete="off">
</header>
<section>
	<textarea id="query" aria-label="Query" spellcheck="false">{ __typename }</textarea>
	<textarea id="variables" aria-label="Variables" spellcheck="false">{}</textarea>
</section>
<pre id="answer" aria-live="polite"></pre>
<script type="module">
	const at = (id) => document.getElementById(id);
	let running;
	const schemaQuery = '{ __schema { queryType { name } mutationType { name } subscriptionType { name } types { name kind description fields { name description args { name type { name kind ofType { name kind } } } type { name kind ofType { name kind } } } } } }';
	async function run(query, variables) {
		running?.abort();
		running = new AbortController();
		at('answer').textContent = '';
		const headers = { 'content-type': 'application/json', accept: /^\\s*subscription/.test(query) ? 'text/event-stream' : 'application/json' };
		if (at('token').value) headers.authorization = at('token').value;
		try {
			const response = await fetch('', { method: 'POST', headers, body: JSON.stringify({ query, variables: JSON.parse(variables || '{}') }), signal: running.signal });
			let rest = '';
			for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
				rest += text;
				if (!response.headers.get('content-type').startsWith('text/event-stream')) continue;
				for (let end; (end = rest.indexOf('\\n\\n')) >= 0; rest = rest.slice(end + 2)) {
					const found = /^data: (.+)$/m.exec(rest.slice(0, end));
					if (found) at('answer').textContent += JSON.stringify(JSON.parse(found[1]), null, 2) + '\\n';
				}
			}
			if (rest) at('answer').textContent = JSON.stringify(JSON.parse(rest), null, 2);
		} catch (error) {
			if (error.name !== 'AbortError') at('answer').textContent += String(error);
		}
	}
	const runThis = () => run(at('query').value, at('variables').value);
	at('run').onclick = runThis;
	at('schema').onclick = () => run(schemaQuery, '{}');
	addEventListener('keydown', (event) => { if (event.ctrlKey && event.key === 'Enter') runThis(); });
</script>
</html>
`;
