package dev.millrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.consumer.Received;
import dev.millrace.contracts.output.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads results and dead letters for all waiting calls of a client, on one thread:
 *
 * <pre>
 * IDLE ──a call waits──► READING ──{@value #IDLE_POLLS} polls without a call──► IDLE
 *                           └──Kafka fails: the waiting calls fail───────────► IDLE
 * </pre>
 *
 * A call is published only once the reader has its position, so that its result is never missed.
 *
 * <p>{@code docs/decisions/035-java-client.md} has the reasons.
 */
final class ReplyReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    /** Polls before a reader without calls closes its connections: 30 s. */
    static final int IDLE_POLLS = 60;

    /** Maximum number of waiting calls. */
    static final int MAX_CALLS = 100_000;

    private static final long CLOSE_MILLIS = 10_000;

    /** The results and dead letters after the time at which it was opened. */
    interface Replies extends AutoCloseable {
        /** Returns the next records whose key is wanted. */
        List<Received> poll(Duration timeout, Predicate<byte[]> wanted) throws InterruptedException;

        @Override
        void close();
    }

    /** Opens replies, positioned after the last record of each partition. */
    interface Opener {
        Replies open() throws InterruptedException;
    }

    private final Opener opener;

    /** The waiting calls by job id. Guarded by this, like all that follows. */
    private final Map<String, PendingCall> calls = new HashMap<>();

    /** What waits until the reader has its position. */
    private final List<CompletableFuture<Void>> starting = new ArrayList<>();

    private boolean isReading;
    private boolean isClosed;
    private @Nullable Thread thread;

    /** The open replies, and polls since a call waited. Used by the thread only. */
    private @Nullable Replies replies;

    private int idlePolls;

    ReplyReader(Opener opener) {
        this.opener = opener;
    }

    /**
     * Awaits the reply of a call.
     *
     * @return completes when the request may be published
     */
    CompletableFuture<Void> add(PendingCall call) {
        var ready = new CompletableFuture<Void>();
        synchronized (this) {
            String problem = problem(call);
            if (!problem.isEmpty()) {
                return CompletableFuture.failedFuture(new IllegalStateException(problem));
            }
            calls.put(call.id(), call);
            if (!isReading) {
                starting.add(ready);
                notifyAll();
                return ready;
            }
        }
        ready.complete(null);
        return ready;
    }

    private String problem(PendingCall call) {
        if (isClosed) {
            return "the client is closed";
        }
        if (calls.size() == MAX_CALLS) {
            return MAX_CALLS + " calls of this client wait already";
        }
        return calls.containsKey(call.id())
                ? "a call with this tenant, batch and custom_id waits already"
                : "";
    }

    /** Forgets a call that has ended. */
    synchronized void remove(PendingCall call) {
        calls.remove(call.id(), call);
    }

    /** Starts the thread with the first call, so that a client that never calls has none. */
    synchronized void start() {
        if (thread == null && !isClosed) {
            thread = new Thread(this::run, "millrace-replies");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run() {
        try {
            while (!isClosed()) {
                runOnce();
            }
        } catch (InterruptedException e) {
            // The client is being closed.
        } finally {
            // Also after an error, so that no later call waits for nothing.
            refuseCalls();
            stop();
            fail(new IllegalStateException("the client is closed"));
        }
    }

    private synchronized void refuseCalls() {
        isClosed = true;
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    /** Opens the replies for the first call, or else passes on those that have arrived. */
    void runOnce() throws InterruptedException {
        try {
            if (replies == null) {
                awaitCall();
                replies = opener.open();
                idlePolls = 0;
                startReading().forEach(it -> it.complete(null));
            } else {
                replies.poll(POLL, this::isAwaited).forEach(this::onReceived);
                stopIfIdle();
            }
        } catch (RuntimeException e) {
            stop();
            fail(e);
        }
    }

    private synchronized void awaitCall() throws InterruptedException {
        while (calls.isEmpty()) {
            wait();
        }
    }

    private synchronized List<CompletableFuture<Void>> startReading() {
        isReading = true;
        var started = List.copyOf(starting);
        starting.clear();
        return started;
    }

    private synchronized boolean isAwaited(byte[] key) {
        return calls.containsKey(new String(key, ISO_8859_1));
    }

    private synchronized @Nullable PendingCall find(byte @Nullable [] key) {
        return key == null ? null : calls.get(new String(key, ISO_8859_1));
    }

    private void onReceived(Received received) {
        Output output = received.output();
        if (output instanceof Output.Result result) {
            PendingCall call = find(result.view().jobId().getBytes(ISO_8859_1));
            if (call != null) {
                call.onResult(result);
            }
        } else if (output instanceof Output.Letter letter) {
            PendingCall call = find(letter.key());
            if (call != null) {
                call.onLetter(letter);
            }
        } else if (output instanceof Output.Unreadable unreadable) {
            PendingCall call = find(unreadable.key());
            if (call != null) {
                call.onFailed(new IllegalStateException(unreadable.problem()));
            }
        }
    }

    private void stopIfIdle() {
        synchronized (this) {
            idlePolls = calls.isEmpty() ? idlePolls + 1 : 0;
            isReading = idlePolls < IDLE_POLLS;
            if (isReading) {
                return;
            }
        }
        stop();
    }

    private void stop() {
        synchronized (this) {
            isReading = false;
        }
        if (replies != null) {
            replies.close();
            replies = null;
        }
    }

    /** Fails all waiting calls. */
    private void fail(RuntimeException failure) {
        List<PendingCall> failed;
        synchronized (this) {
            failed = List.copyOf(calls.values());
            calls.clear();
            starting.clear();
        }
        failed.forEach(it -> it.onFailed(failure));
    }

    /** Ends the thread, and fails the waiting calls. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            isClosed = true;
            running = thread;
        }
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
