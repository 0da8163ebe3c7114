package dev.millrace.worker.call;

import dev.millrace.worker.answer.Exchange;

/** Sends a request and reads the response, on the caller's thread. */
interface Transport extends AutoCloseable {

    /** Blocks until the exchange is over; ends early, as broken, when the thread is interrupted. */
    Exchange exchange(Outgoing outgoing);

    /** Ends all exchanges. */
    @Override
    void close();
}
