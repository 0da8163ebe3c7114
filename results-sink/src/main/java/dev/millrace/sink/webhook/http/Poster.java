package dev.millrace.sink.webhook.http;

/** Posts events to one receiver. Used by one thread; {@code close} may be called from any. */
public interface Poster extends AutoCloseable {
    /** Posts an event and waits for the answer, for a limited time. */
    ReceiverAnswer post(SignedRequest request);

    /** Aborts the request that is under way, and refuses further ones. */
    @Override
    void close();
}
