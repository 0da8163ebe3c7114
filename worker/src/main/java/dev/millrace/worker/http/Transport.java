package dev.millrace.worker.http;

import dev.millrace.wire.stream.StreamListener;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.port.Providers.Window;

/** Sends a request and reads the response, on the caller's thread. */
public interface Transport extends AutoCloseable {

    /**
     * Blocks until the exchange ends. Interrupting the thread ends the exchange early, as broken.
     *
     * @param model the model that answers
     * @param window when the request can be sent, and when the exchange must end
     * @param listener receives the events of a streamed answer as they arrive; must not wait
     */
    ExchangeEnd exchange(
            ProviderRequest outgoing, String model, Window window, StreamListener listener);

    /** Reads the files of certificates and keys again; new connections use changed ones. */
    default void readFilesAgain() {}

    /** Ends all exchanges. */
    @Override
    void close();
}
