package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.wire.ProviderError;
import java.time.Duration;
import java.util.List;

/** The provider's reaction to a call. */
public sealed interface CallAction {
    /** Answers with an error at once. */
    record Refuse(ProviderError error) implements CallAction {}

    /**
     * Sends nothing. Closes the connection after the timeout unless the client disconnects first.
     */
    record Hang(Duration timeout) implements CallAction {}

    /** Closes the connection after a delay, before an answer is produced. */
    record DropBeforeAnswer(Duration delay) implements CallAction {}

    /**
     * Produces an answer, which is billed, and sends it.
     *
     * @param payload the bytes to send
     * @param usage the tokens to bill
     * @param timing when the answer is sent
     * @param cut where the connection is cut
     */
    record Deliver(Payload payload, Usage usage, Timing timing, CutPoint cut)
            implements CallAction {}

    /** The content of an answer. */
    sealed interface Payload {
        /** A complete body of known length. */
        record Body(String text) implements Payload {}

        /** A stream of server-sent events. */
        record Events(List<String> events) implements Payload {}
    }

    /**
     * When an answer is sent.
     *
     * @param firstByte time from the call to the first byte, at most {@code total}
     * @param total time from the call to the last byte
     */
    record Timing(Duration firstByte, Duration total) {}

    /** The point of an answer at which the connection is cut. */
    enum CutPoint {
        /** Not at all; the answer is sent completely. */
        NONE,
        /** Before the first byte of the answer. */
        BEFORE_FIRST_BYTE,
        /** In the middle of the body. */
        MID_BODY
    }
}
