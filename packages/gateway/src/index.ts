export type { AccountOptions } from './accounts/accounts.ts';
export type { SignUpPolicy } from './accounts/sign-up.ts';
export type { ThrottleRate } from './accounts/throttle.ts';
export type { DrainOptions } from './engine.ts';
export type { LimitOptions, Limits } from './limits.ts';
export type { AdminCredentials, GatewayOptions } from './options.ts';
export type { PersistedDocuments } from './persisted.ts';
export { createGateway, type Gateway, GatewayStartError } from './server.ts';
export type { UpstreamLimits } from './upstreams/upstreams.ts';
