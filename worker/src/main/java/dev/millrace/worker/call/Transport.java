package dev.millrace.worker.call;

import dev.millrace.worker.answer.Exchange;
import dev.millrace.worker.port.Providers.Window;

/** Sends a request and reads the response, on the caller's thread. */
interface Transport extends AutoCloseable {

    /**
     * Blocks until the exchange is over; ends early, as broken, when the thread is interrupted.
     *
     * @param model whose answer it will be
     * @param window when it may be sent, and when it must have ended
     */
    Exchange exchange(ProviderRequest outgoing, String model, Window window);

    /** Ends all exchanges. */
    @Override
    void close();
}
