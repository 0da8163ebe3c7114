package dev.millrace.retrieval.extract;

import java.time.Duration;

/**
 * Limits of the process that parses documents.
 *
 * @param time for one document
 * @param heapMib memory of the process, in MiB
 */
record ParserLimits(Duration time, int heapMib) {
    static final ParserLimits DEFAULT = new ParserLimits(Duration.ofSeconds(60), 512);
}
