package dev.millrace.simulator.wire;

import java.time.Instant;

/**
 * The unique id of a call.
 *
 * @param number sequence number of the call since the start, from 1
 * @param created arrival of the call
 */
public record CallId(long number, Instant created) {
    /** Returns the id of an object of this call, such as {@code chatcmpl-sim00000000000c}. */
    public String of(String prefix) {
        return prefix + "sim" + String.format("%013x", number);
    }

    /** Returns the request id that headers and error bodies contain. */
    public String request() {
        return of("req_");
    }

    /** Returns the arrival in seconds since 1970. */
    public long epochSecond() {
        return created.getEpochSecond();
    }
}
