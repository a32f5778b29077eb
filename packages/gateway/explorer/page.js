// GraphiQL with a log-in: its token goes with each operation, of a query as a header, of a subscription in connection_init.
/* global GraphiQL, React, ReactDOM */
const at = (id) => document.getElementById(id);
const url = location.pathname;
const subscriptionUrl = `${location.origin.replace(/^http/, 'ws')}${url}`;

/** The headers that a tab has of its own go before the log-in. */
function fetcher(operation, options) {
	const own = Object.keys(options?.headers ?? {}).some((name) => name.toLowerCase() === 'authorization');
	const headers = own || !at('token').value ? {} : { Authorization: at('token').value };
	const fetchIt = GraphiQL.createFetcher({ url, subscriptionUrl, headers, wsConnectionParams: headers });
	return fetchIt(operation, options);
}

const defaultTabs = [
	`# Log in above, then press Ctrl+Enter.
# The other tabs listen and send.
query Channels {
  me {
    username
  }
  channelList {
    data {
      channelName
      lastMessage {
        message
      }
    }
  }
}
`,
	`subscription Listen {
  onNewChatMessage(channelIdentifier: "town-square") {
    message {
      message
      owner {
        username
      }
    }
  }
}
`,
	`mutation Send {
  textMessageSend(channelIdentifier: "town-square", textMessage: "Hello") {
    status
  }
}
`,
].map((query) => ({ query }));

ReactDOM.createRoot(at('graphiql')).render(React.createElement(GraphiQL, { fetcher, defaultTabs }));

const logIn = `mutation LogIn($username: String!, $password: String!) {
	userGetToken(username: $username, password: $password) {
		... on ResponseBase { message }
		... on ResponseWithToken { message token }
	}
}`;

at('login').addEventListener('submit', async (event) => {
	event.preventDefault();
	const variables = { username: at('username').value, password: at('password').value };
	at('token').value = '';
	at('said').value = '';
	try {
		const headers = { 'content-type': 'application/json' };
		const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: logIn, variables }) });
		const { data, errors } = await response.json();
		const { message, token } = data?.userGetToken ?? errors[0];
		at('said').value = message;
		if (!token) return;
		at('token').value = `JWT ${token}`;
		at('password').value = '';
	} catch (error) {
		at('said').value = String(error);
	}
});
