package dev.millrace.contracts.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The end of a part: a record of the parts topic. A part has this record instead of a result and a
 * final cost event.
 *
 * @param parent the job whose document was split
 * @param result the part's result line; null for none
 * @param end the part's final cost event
 */
public record PartReply(JobId parent, byte @Nullable [] result, CostEvent end) {
    /** Returns the id of the part. */
    public JobId part() {
        return end.jobId();
    }

    /** Returns the key of the record. */
    public byte[] key() {
        return parent.value().getBytes(UTF_8);
    }

    /** Returns the headers of the record. */
    public Headers headers() {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, part());
        headers.add(MillraceHeaders.JOB_END, CostEventCodec.toJson(end));
        return headers;
    }

    /** Reads a record of the parts topic; empty for a record of another program. */
    public static Optional<PartReply> read(
            byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        var end = headers.lastHeader(MillraceHeaders.JOB_END);
        if (key == null || end == null || end.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new PartReply(
                            new JobId(new String(key, UTF_8)),
                            value,
                            CostEventCodec.read(end.value())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
