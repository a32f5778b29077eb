import type { Redis } from 'ioredis';

/** A Lua script that Redis keeps by its hash; it is sent again when Redis has forgotten it (a restart). */
class Script {
	readonly #lua: string;
	#sha: string | undefined;

	constructor(lua: string) {
		this.#lua = lua;
	}

	async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
		this.#sha ??= (await redis.script('LOAD', this.#lua)) as string;
		try {
			return await redis.evalsha(this.#sha, keys.length, ...keys, ...args);
		} catch (error) {
			if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
			return redis.eval(this.#lua, keys.length, ...keys, ...args);
		}
	}
}

/**
 * Takes a free lease. KEYS: lease, counter of fences, fence in force. ARGV: node, milliseconds.
 * Gives the fence, or nothing when somebody has it. The fence outlives the lease of a node that died, so that who comes meanwhile knows that
 * somebody is owed what was not told. A fence's name holds the node's, so that one from before a restart of Redis, when the counter began
 * anew, is never mistaken for one of after.
 */
export const acquire = new Script(`
	if redis.call('exists', KEYS[1]) == 1 then return false end
	local fence = redis.call('incr', KEYS[2])
	local name = fence .. '@' .. ARGV[1]
	redis.call('set', KEYS[1], name, 'px', ARGV[2])
	redis.call('set', KEYS[3], name, 'px', 3 * ARGV[2])
	return fence
`);

/**
 * Keeps a lease, also one that ran out when nobody took it since. KEYS: lease, fence in force. ARGV: fence, milliseconds.
 * Gives 0 when it is lost.
 */
export const renew = new Script(`
	if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end
	redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
	redis.call('pexpire', KEYS[2], 3 * ARGV[2])
	return 1
`);

/** Gives a lease back, and tells all nodes that it is free. KEYS: lease, fence in force, entries. ARGV: fence, topic. */
export const release = new Script(`
	if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end
	redis.call('del', KEYS[1], KEYS[2])
	redis.call('xadd', KEYS[3], 'maxlen', '~', 10000, '*', 't', ARGV[2], 'free', '1')
	return 1
`);

/**
 * Adds an entry to the one ordered stream, unless its fence is not in force any more. KEYS: entries, fence in force.
 * ARGV: topic, entry, fence or ''. 10,000 entries are what a node may lag behind.
 */
export const publish = new Script(`
	if ARGV[3] ~= '' and redis.call('get', KEYS[2]) ~= ARGV[3] then return 0 end
	redis.call('xadd', KEYS[1], 'maxlen', '~', 10000, '*', 't', ARGV[1], 'e', ARGV[2])
	return 1
`);

/**
 * A bucket of tries, by the clock of Redis; gone when it is full again. KEYS: bucket. ARGV: burst, more a minute, 'take' or 'give back'.
 * Gives the milliseconds after which it may be tried again; 0: it was taken.
 */
export const throttle = new Script(`
	local burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2]) / 60000
	local time = redis.call('time')
	local now = time[1] * 1000 + math.floor(time[2] / 1000)
	local bucket = redis.call('hmget', KEYS[1], 'tries', 'at')
	local tries = math.min(burst, (tonumber(bucket[1]) or burst) + (now - (tonumber(bucket[2]) or now)) * rate)
	local wait = 0
	if ARGV[3] == 'give back' then tries = math.min(burst, tries + 1)
	elseif tries >= 1 then tries = tries - 1
	else wait = math.ceil((1 - tries) / rate) end
	redis.call('hset', KEYS[1], 'tries', tostring(tries), 'at', tostring(now))
	redis.call('pexpire', KEYS[1], math.ceil((burst - tries) / rate) + 1000)
	return wait
`);
