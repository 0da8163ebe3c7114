package dev.millrace.simulator.provider;

import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.settings.ErrorForm;
import dev.millrace.simulator.wire.ProviderError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The provider's reaction to a call. */
public sealed interface CallAction {
    /** Returns the time until a billed answer's first token; empty if nothing is billed. */
    default Optional<Duration> firstToken() {
        return switch (this) {
            case Deliver deliver -> Optional.of(deliver.timing().firstToken());
            case Refuse refuse -> Optional.ofNullable(refuse.billed()).map(_ -> refuse.delay());
            case Hang _, DropBeforeAnswer _ -> Optional.empty();
        };
    }

    /**
     * Answers with an error.
     *
     * @param status HTTP status of the answer, which may differ from the error's own
     * @param delay time until the answer is sent
     * @param billed the tokens to bill although the client gets an error; null for none
     */
    record Refuse(
            int status, ProviderError error, ErrorForm form, Duration delay, @Nullable Usage billed)
            implements CallAction {}

    /**
     * Sends nothing. Closes the connection after the timeout unless the client disconnects first.
     */
    record Hang(Duration timeout) implements CallAction {}

    /** Closes the connection after a delay, before an answer is produced. */
    record DropBeforeAnswer(Duration delay) implements CallAction {}

    /**
     * Produces, bills and sends an answer.
     *
     * @param payload the bytes to send
     * @param usage the tokens to bill
     * @param timing when the answer is sent
     * @param cut where and how the answer is cut
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
     * @param firstToken time from the call until the first token exists, sent or not
     * @param total time from the call to the last byte
     * @param keepAlive interval of comments in a stream that waits; 0 = no comments
     * @param hang length of {@link CutPoint#HANG_MID_BODY}
     */
    record Timing(
            Duration firstByte,
            Duration firstToken,
            Duration total,
            Duration keepAlive,
            Duration hang) {}

    /** Where and how an answer is cut. */
    enum CutPoint {
        /** Not at all; the answer is sent completely. */
        NONE,
        /** The connection closes before the first byte of the answer. */
        BEFORE_FIRST_BYTE,
        /** The connection closes in the middle of the body. */
        MID_BODY,
        /** The body ends regularly in its middle. */
        END_MID_BODY,
        /** The connection stalls in the middle of the body and closes after a timeout. */
        HANG_MID_BODY
    }
}
