package dev.millrace.simulator.wire;

import java.time.Instant;

/**
 * What tells one call from all others.
 *
 * @param number of the call since the start, from 1
 * @param created when the call came in
 */
public record CallId(long number, Instant created) {
    /** The id of an object of this call, such as {@code chatcmpl-sim00000000000c}. */
    String of(String prefix) {
        return prefix + "sim" + String.format("%013x", number);
    }

    /** The id of the request, as its header and error bodies have it. */
    public String request() {
        return of("req_");
    }

    long epochSecond() {
        return created.getEpochSecond();
    }
}
