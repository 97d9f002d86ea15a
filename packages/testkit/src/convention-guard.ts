import { recordsOfCollection } from './conventions/metric-record.js';
import { onCollection, onSpanEnd } from './conventions/recordings.js';
import { recordOfReadable } from './conventions/span-record.js';
import { ViolationLedger, violations } from './conventions/violation-ledger.js';
import { keepLedgers } from './test-ledgers.js';

// Jest runs this file before each test file (setupFilesAfterEnv): every span that a test makes in this process is
// judged when it ends, and every metric when it is read. What child processes make is judged by the OTLP sink when it
// arrives.

onSpanEnd((span) => violations.current.noteSpan(recordOfReadable(span)));
onCollection((result) => recordsOfCollection(result).forEach((metric) => violations.current.noteMetric(metric)));
keepLedgers('ConventionGuard', violations, () => new ViolationLedger());
