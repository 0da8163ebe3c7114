package dev.millrace.gateway.connection;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Counts the connections of a server and refuses connections above a limit. Thread-safe. */
public final class ConnectionLimit {
    private final int max;
    private final Function<String, byte[]> answer;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();

    /**
     * Creates a limit.
     *
     * @param answer makes the whole answer to the first request of a refused connection from the
     *     request's first line and headers
     */
    public ConnectionLimit(int max, Function<String, byte[]> answer) {
        this.max = max;
        this.answer = answer;
    }

    /** Returns a limit that refuses nothing. */
    public static ConnectionLimit none() {
        return new ConnectionLimit(Integer.MAX_VALUE, _ -> new byte[0]);
    }

    /** Counts a connection; returns false if it must be refused. */
    boolean tryEnter() {
        if (open.incrementAndGet() <= max) {
            return true;
        }
        open.decrementAndGet();
        refused.incrementAndGet();
        return false;
    }

    /** Ends a connection that was counted. */
    void leave() {
        open.decrementAndGet();
    }

    byte[] answer(String head) {
        return answer.apply(head);
    }

    /** Returns the number of connections. */
    public int open() {
        return open.get();
    }

    public int max() {
        return max;
    }

    /** Returns the number of connections that were refused so far. */
    public long refused() {
        return refused.get();
    }
}
