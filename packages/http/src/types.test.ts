// What must not compile: the type checker fails where one of the marked lines does.
import { test } from 'node:test';
import {
	createHttpClient,
	HttpClient,
	type HttpResponse,
	type Method,
	type RequestOptions,
	type StreamResponse,
} from './index.ts';
import { Secret } from './secret.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => {};

interface User {
	id: string;
}

test('types', () => {
	// Never called: only compiled.
	const compiled = async (client: HttpClient) => {
		const untyped = await client.get('/users/me');
		// @ts-expect-error: an answer is unknown until somebody says what it is
		untyped.id;
		same<User, Awaited<ReturnType<typeof client.get<User>>>>(true);
		const whole = await client.get<User>('/users/me', { response: 'response' });
		same<HttpResponse<User>, typeof whole>(true);
		const stream = await client.get('/file', { response: 'stream' });
		same<StreamResponse, typeof stream>(true);
		const bytes = await client.request('GET', '/file', { response: 'bytes' });
		same<Buffer, typeof bytes>(true);
		const text = await client.post('/file', { response: 'text' });
		same<string, typeof text>(true);
		const passedOn = await client.request<User>('GET' as Method, '/x', {} as RequestOptions);
		same<User, typeof passedOn>(true);
		await client.get(new Secret('/hooks/x'), { signal: undefined, headers: { a: undefined } });

		// @ts-expect-error: no such method
		client.request('BREW', '/pot');
		// @ts-expect-error: a path is text
		client.get(42);
		// @ts-expect-error: milliseconds are a number
		client.get('/x', { timeout: '30s' });
		// @ts-expect-error: no such kind of answer
		client.get('/x', { response: 'blob' });
		// @ts-expect-error: a parameter has no fields
		client.get('/x', { params: { filter: { a: 1 } } });
		// @ts-expect-error: no such option
		client.get('/x', { retries: 3 });
		// @ts-expect-error: no such promise about repeating
		client.get('/x', { repeat: 'always' });
		// @ts-expect-error: a header is text
		client.get('/x', { headers: { 'x-n': 1 } });
		// @ts-expect-error: a client needs to know where to
		new HttpClient({});
		// @ts-expect-error: the base URL is the first argument
		createHttpClient('https://x', 't', { baseUrl: 'https://y' });
		// @ts-expect-error: options cannot be changed afterwards
		whole.status = 500;
	};
	void compiled;
});
