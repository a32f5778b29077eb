export { type Config, readConfig, withDotEnv } from './config.ts';
export { DataFolder } from './data-folder.ts';
export { type RunningMatterkit, type ServeOptions, serve } from './serve.ts';
export { UsageError } from './usage-error.ts';
