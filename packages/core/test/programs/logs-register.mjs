// Preloaded: Node does it in the threads of transports too.
import { setupOtel } from '@otelier/core';

setupOtel({ serviceName: 'shop', logs: true });
