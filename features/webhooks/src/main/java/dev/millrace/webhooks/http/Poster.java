package dev.millrace.webhooks.http;

/**
 * Posts events to one receiver. Used by one thread; {@code close} can be called from any thread.
 */
public interface Poster extends AutoCloseable {
    /** Posts an event and waits for the answer, for a limited time. */
    ReceiverAnswer post(SignedRequest request);

    /** Aborts the running request, and refuses later ones. */
    @Override
    void close();
}
