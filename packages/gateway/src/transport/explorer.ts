/** A page to try queries and subscriptions on, without anything from another host. Only served where introspection is on. */
export const explorerPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>matterkit GraphQL</title>
<style>
	:root { color-scheme: light dark; }
	body { margin: 0; display: grid; grid-template: auto 1fr / 1fr 1fr; gap: .5rem; height: 100vh; padding: .5rem; box-sizing: border-box; font: 14px system-ui; }
	header { grid-column: 1 / 3; display: flex; flex-wrap: wrap; gap: .5rem; }
	header form { display: flex; gap: .5rem; }
	header > input { flex: 1; }
	textarea, pre { font: 13px ui-monospace, monospace; margin: 0; padding: .5rem; border: 1px solid #888; overflow: auto; }
	section { display: grid; grid-template-rows: 3fr 1fr; gap: .5rem; }
</style>
<header>
	<button id="run">Run (Ctrl+Enter)</button>
	<button id="schema">Schema</button>
	<form id="login">
		<input id="username" placeholder="Username" aria-label="Username" autocomplete="username">
		<input id="password" placeholder="Password" aria-label="Password" type="password" autocomplete="current-password">
		<button>Log in</button>
	</form>
	<input id="token" placeholder="Token: JWT … (who logs in gets one)" aria-label="Token" autocomplete="off">
</header>
<section>
	<textarea id="query" aria-label="Query" spellcheck="false"># Log in above, then run one of these. A subscription runs until the next one.
{ me { username } channelList { data { channelName lastMessage { message } } } }

# mutation { textMessageSend(channelIdentifier: "town-square", textMessage: "Hello") { status } }

# subscription { onNewChatMessage(channelIdentifier: "town-square") { message { message owner { username } } } }
</textarea>
	<textarea id="variables" aria-label="Variables" spellcheck="false">{}</textarea>
</section>
<pre id="answer" aria-live="polite"></pre>
<script type="module">
	const at = (id) => document.getElementById(id);
	const show = (text) => { at('answer').textContent += text + '\\n'; };
	let running;
	/** Gives each answer to \`take\`: one, or those of a subscription until another operation is run. */
	async function run(query, variables, take) {
		running?.abort();
		running = new AbortController();
		at('answer').textContent = '';
		const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
		if (at('token').value) headers.authorization = at('token').value;
		try {
			const body = JSON.stringify({ query, variables: JSON.parse(variables || '{}') });
			const response = await fetch('', { method: 'POST', headers, body, signal: running.signal });
			if (!response.headers.get('content-type').startsWith('text/event-stream')) return take(await response.json());
			let rest = '';
			for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
				rest += text;
				for (let end; (end = rest.indexOf('\\n\\n')) >= 0; rest = rest.slice(end + 2)) {
					const found = /^data: (.+)$/m.exec(rest.slice(0, end));
					if (found) take(JSON.parse(found[1]));
				}
			}
			show('The stream has ended.');
		} catch (error) {
			if (error.name !== 'AbortError') show(String(error));
		}
	}
	const asJson = (answer) => show(JSON.stringify(answer, null, 2));
	const runThis = () => run(at('query').value, at('variables').value, asJson);
	at('run').onclick = runThis;
	addEventListener('keydown', (event) => { if (event.ctrlKey && event.key === 'Enter') runThis(); });

	const logIn = 'mutation ($username: String!, $password: String!) { userGetToken(username: $username, password: $password) { ... on ResponseBase { message } ... on ResponseWithToken { message token } } }';
	at('login').onsubmit = (event) => {
		event.preventDefault();
		const variables = JSON.stringify({ username: at('username').value, password: at('password').value });
		at('token').value = '';
		run(logIn, variables, ({ data, errors }) => {
			const { message, token } = data?.userGetToken ?? { message: errors[0].message };
			if (token) at('token').value = 'JWT ' + token;
			show(message);
		});
	};

	const type = 'kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }';
	const schemaQuery = '{ __schema { types { kind name description fields { name description args { name type { ' + type + ' } } type { ' + type + ' } } inputFields { name type { ' + type + ' } } enumValues { name } possibleTypes { name } } } }';
	const typeName = ({ kind, name, ofType }) => kind === 'NON_NULL' ? typeName(ofType) + '!' : kind === 'LIST' ? '[' + typeName(ofType) + ']' : name;
	const fieldLine = ({ name, args, type, description }) =>
		'  ' + name + (args?.length ? '(' + args.map((arg) => arg.name + ': ' + typeName(arg.type)).join(', ') + ')' : '') + ': ' + typeName(type) + (description ? '  # ' + description : '');
	const keywords = { INPUT_OBJECT: 'input', ENUM: 'enum', INTERFACE: 'interface' };
	function asSchema({ data, errors }) {
		if (errors) return show(errors[0].message);
		for (const { kind, name, fields, inputFields, enumValues, possibleTypes } of data.__schema.types) {
			if (name.startsWith('__') || kind === 'SCALAR') continue;
			if (kind === 'UNION') show('union ' + name + ' = ' + possibleTypes.map((each) => each.name).join(' | ') + '\\n');
			else {
				const lines = enumValues?.map((each) => '  ' + each.name) ?? (fields ?? inputFields).map(fieldLine);
				show((keywords[kind] ?? 'type') + ' ' + name + ' {\\n' + lines.join('\\n') + '\\n}\\n');
			}
		}
		at('answer').scrollTop = 0;
	}
	at('schema').onclick = () => run(schemaQuery, '{}', asSchema);
</script>
</html>
`;
