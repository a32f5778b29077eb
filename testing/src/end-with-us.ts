import { type ChildProcess, spawn } from 'node:child_process';

/** Ends the server when this process is gone, however that ended: a test that is killed runs no clean-up. */
export function endWithUs(server: ChildProcess, signal: 'KILL' | 'QUIT'): void {
	// Its standard input closes with this process.
	const watch = spawn('sh', ['-c', `cat; kill -s ${signal} ${server.pid}`], { stdio: ['pipe', 'ignore', 'ignore'] });
	watch.unref();
	server.once('exit', () => watch.kill('SIGKILL'));
}
