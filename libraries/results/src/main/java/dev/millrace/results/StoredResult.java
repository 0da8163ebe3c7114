package dev.millrace.results;

import dev.millrace.contracts.result.ResultView;
import java.time.Instant;

/**
 * A stored result.
 *
 * @param finishedAt time when the worker wrote the result
 * @param value the whole line, unchanged, without a line break
 */
public record StoredResult(ResultView view, Instant finishedAt, byte[] value) {}
