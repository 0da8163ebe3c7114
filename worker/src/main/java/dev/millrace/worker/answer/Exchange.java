package dev.millrace.worker.answer;

/** What came of one HTTP exchange with a provider. */
public sealed interface Exchange {

    /**
     * A whole response.
     *
     * @param body decompressed; shared, not to be written to
     */
    record Responded(int status, ResponseHeaders headers, byte[] body) implements Exchange {}

    /** A response whose body is longer than allowed; the rest of it was not read. */
    record TooLarge(int status, ResponseHeaders headers, long limitBytes) implements Exchange {}

    /**
     * No whole response in time.
     *
     * @param waitedFor which timeout it was, in words
     * @param sent whether the provider may have received the request
     */
    record TimedOut(String waitedFor, boolean sent) implements Exchange {}

    /** Not sent: when a connection stood, its time to be sent had passed. */
    record Late() implements Exchange {}

    /**
     * The job's deadline passed before the response was whole.
     *
     * @param sent whether the provider may have received the request
     */
    record Expired(boolean sent) implements Exchange {}

    /**
     * The connection could not be made, or broke.
     *
     * @param reason for a person; without addresses that hold credentials
     * @param sent whether the provider may have received the request
     */
    record Broken(String reason, boolean sent) implements Exchange {}
}
