package dev.millrace.sink.store;

import dev.millrace.contracts.result.ResultView;
import java.time.Instant;

/**
 * A result.
 *
 * @param finishedAt when the worker wrote it
 * @param value the whole line as it came, without a line break
 */
public record StoredResult(ResultView view, Instant finishedAt, byte[] value) {}
