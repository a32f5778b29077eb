/** The server that is emulated. */
export const version = '11.6.0';

/** As in `X-Version-Id` and `hello`: version, build, hash of the configuration, enterprise. */
export const serverVersion = `${version}..4e590d12e005e5534df71e6e8cb8448eceacb641ea7c3471788246fcc722a702.false`;
