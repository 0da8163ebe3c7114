package dev.millrace.traces;

import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.JobId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Derives ids from what every process knows about a job. A span that is reported twice therefore
 * keeps its id, and a span of another process finds its parent. Pure functions.
 */
final class SpanIds {
    private static final int SPAN_BYTES = 8;
    private static final int TRACE_BYTES = 16;

    private SpanIds() {}

    /** Returns the id of the span that is the parent of all other spans of a job. */
    static String ofJob(JobId job) {
        return hex(SPAN_BYTES, job.value());
    }

    /**
     * Returns the id of a step.
     *
     * @param numbers what tells steps of a name apart, such as the attempt
     */
    static String ofStep(JobId job, String name, long... numbers) {
        var text = new StringBuilder(job.value()).append('/').append(name);
        for (long number : numbers) {
            text.append('/').append(number);
        }
        return hex(SPAN_BYTES, text.toString());
    }

    /** Returns the trace id of a batch. */
    static String traceOfBatch(String tenant, String batch) {
        return hex(TRACE_BYTES, tenant, batch);
    }

    /** Returns the id of the span of a batch. */
    static String ofBatch(String tenant, String batch) {
        return hex(SPAN_BYTES, tenant, batch);
    }

    private static String hex(int bytes, String... parts) {
        var digest = Sha256.create();
        for (String part : parts) {
            Sha256.add(digest, part);
        }
        byte[] id = Arrays.copyOf(digest.digest(), bytes);
        // An id of zeros is invalid.
        id[bytes - 1] = ByteBuffer.wrap(id).getLong() == 0 ? 1 : id[bytes - 1];
        return HexFormat.of().formatHex(id);
    }
}
