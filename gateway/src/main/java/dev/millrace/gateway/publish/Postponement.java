package dev.millrace.gateway.publish;

import dev.millrace.contracts.json.JsonFields;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The header of a submission that was moved behind others, because it could not be published or
 * another tenant had its turn.
 *
 * @param until earliest time to publish the batch; the epoch for at once
 * @param tries number of failed attempts to publish the batch
 * @param progress lines of the batch published before the move
 */
record Postponement(Instant until, int tries, Progress progress) {
    private static final String HEADER = "millrace-postponed";

    void writeTo(Headers headers) {
        var json = JsonFields.object();
        json.put("until", until.toString()).put("tries", tries);
        progress.writeTo(json.putObject("progress"));
        headers.add(HEADER, JsonFields.bytes(json));
    }

    /**
     * Returns the postponement of a submission; empty for one that was not moved.
     *
     * @throws IllegalArgumentException if the header cannot be read
     */
    static Optional<Postponement> read(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null) {
            return Optional.empty();
        }
        var json = JsonFields.read(header.value(), "the postponement of a batch");
        return Optional.of(
                new Postponement(
                        json.time("until"),
                        json.node().path("tries").asInt(0),
                        Progress.of(
                                new JsonFields(
                                        json.node().path("progress"),
                                        "the progress of a postponed batch"))));
    }
}
