import { setupOtel } from './sdk/setup-otel.js';

/** Preloaded with `node --import @otelier/core/register` or `--require`: the set-up from the environment alone. */
setupOtel();
