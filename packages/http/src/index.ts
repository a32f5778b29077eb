export type { Method, QueryValue, Repeat, RequestOptions, ResponseKind } from './options.ts';
export { Secret } from './secret.ts';
