import { redactHeaderValue } from '../../redaction/header-redaction.js';
import { SharedAttributes } from '../../tracing/attribute-parts.js';
import { remembered } from './remembered.js';

/** Most requests come from few kinds of clients. `undefined` for a client that says nothing of itself. */
export const userAgentPart: (userAgent: string | undefined) => SharedAttributes | undefined = remembered((userAgent) =>
  userAgent === undefined ? undefined : new SharedAttributes({ 'user_agent.original': redactHeaderValue('user-agent', userAgent) }),
);
