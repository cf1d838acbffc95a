// The version of the service, which `/health` and OpenAPI report.

/** As in `package.json`. */
export const VERSION = '0.1.0';
