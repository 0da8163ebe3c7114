package dev.millrace.worker.answer;

import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.AssembledAnswer;

/** The end of one HTTP exchange with a provider. */
public sealed interface ExchangeEnd {

    /**
     * A complete response.
     *
     * @param body decompressed; shared, must not be modified
     */
    record Responded(int status, ResponseHeaders headers, byte[] body) implements ExchangeEnd {}

    /**
     * A streamed response with status 200 that ended, completely or not.
     *
     * @param firstContentNanos when the first content arrived, by the ticker of the transport;
     *     meaningless unless the answer is complete
     */
    record Streamed(ResponseHeaders headers, AssembledAnswer answer, long firstContentNanos)
            implements ExchangeEnd {}

    /** A response whose body is longer than allowed; the rest of the body was not read. */
    record TooLarge(int status, ResponseHeaders headers, long limitBytes) implements ExchangeEnd {}

    /**
     * An answer whose bytes cannot be decompressed.
     *
     * @param reason for messages
     */
    record Unreadable(String reason) implements ExchangeEnd {}

    /**
     * The server closed a connection that was kept from an earlier exchange, without any byte of a
     * response. It possibly did so before it got the request, which was written.
     */
    record ClosedUnanswered() implements ExchangeEnd {}

    /**
     * No complete response arrived before a timeout.
     *
     * @param waitedFor the current wait when the timeout expired, for messages
     * @param sent whether the provider can have received the request
     */
    record TimedOut(String waitedFor, boolean sent) implements ExchangeEnd {}

    /** The request was not sent, because its send window had passed when a connection was open. */
    record SendWindowMissed() implements ExchangeEnd {}

    /**
     * The job's deadline passed before the response was complete.
     *
     * @param sent whether the provider may have received the request
     */
    record Expired(boolean sent) implements ExchangeEnd {}

    /**
     * The connection could not be opened, or broke.
     *
     * @param reason for messages; never contains an address, which can contain credentials
     * @param sent whether the provider may have received the request
     */
    record Broken(String reason, boolean sent) implements ExchangeEnd {}
}
