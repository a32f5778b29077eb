export { type Page, startBrowser } from './browser.ts';
export { freePort } from './free-port.ts';
export { type PostgresServer, startPostgres } from './postgres.ts';
export { pythonWith } from './python.ts';
export { type RedisServer, startRedis } from './redis.ts';
export { findServices, installMissing, type Services } from './services.ts';
export { tempFolder } from './temp-folder.ts';
export { until } from './until.ts';
