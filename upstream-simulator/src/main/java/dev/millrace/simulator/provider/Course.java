package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.wire.ProviderError;
import java.time.Duration;
import java.util.List;

/** What becomes of a call. */
public sealed interface Course {
    /** An error is answered at once. */
    record Refuse(ProviderError error) implements Course {}

    /** Nothing is answered; the connection closes when this time is over or the client leaves. */
    record Hang(Duration patience) implements Course {}

    /** The connection closes after this time, before an answer was produced. */
    record DropBefore(Duration after) implements Course {}

    /**
     * An answer is produced, and billed.
     *
     * @param payload what is sent
     * @param usage what is billed
     * @param pace when it is sent
     * @param cut where the connection closes
     */
    record Deliver(Payload payload, Usage usage, Pace pace, Cut cut) implements Course {}

    /** What an answer consists of. */
    sealed interface Payload {
        /** A body of known length. */
        record Whole(String body) implements Payload {}

        /** Server-sent events. */
        record Events(List<String> events) implements Payload {}
    }

    /**
     * When an answer is sent.
     *
     * @param firstByte from the call to the first byte, at most {@code total}
     * @param total from the call to the last byte
     */
    record Pace(Duration firstByte, Duration total) {}

    /** Where a connection closes. */
    enum Cut {
        /** After the answer, when the client wants to. */
        NOWHERE,
        /** Before the first byte of the answer. */
        BEFORE_FIRST_BYTE,
        /** In the middle of the body. */
        MID_BODY
    }
}
