package dev.millrace.spring;

import dev.millrace.consumer.MillraceConsumer;
import dev.millrace.consumer.Received;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes outcomes of jobs to a method, on a separate thread, and commits them afterwards. After a
 * failure of the method or of Kafka, it waits and continues after the last commit, with a new
 * consumer. The wait doubles from {@link #FIRST_WAIT} to {@link #LONGEST_WAIT}.
 */
final class ResultListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResultListener.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final long CLOSE_MILLIS = 10_000;

    /** Opens a consumer. */
    interface Opener {
        MillraceConsumer open() throws InterruptedException;
    }

    /** Handles a record. */
    interface Handler {
        void handle(Received received) throws Exception;
    }

    private final String group;
    private final Opener opener;
    private final Handler handler;
    private final Thread thread;

    /** Used by the thread only. */
    private @Nullable MillraceConsumer consumer;

    private Duration wait = FIRST_WAIT;

    private final CountDownLatch closing = new CountDownLatch(1);

    ResultListener(String group, Opener opener, Handler handler) {
        this.group = group;
        this.opener = opener;
        this.handler = handler;
        thread = new Thread(this::run, "millrace-listener-" + group);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                runOnce();
            }
        } catch (InterruptedException e) {
            // The application does not wait for a slow method any longer.
        } finally {
            closeConsumer();
        }
    }

    /** Passes on the records of one poll, or waits after a failure. */
    void runOnce() throws InterruptedException {
        try {
            if (consumer == null) {
                consumer = opener.open();
            }
            for (Received received : consumer.poll(POLL)) {
                handler.handle(received);
            }
            var unused = consumer.commit();
            wait = FIRST_WAIT;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.atError()
                    .setCause(cause(e))
                    .addKeyValue("group", group)
                    .addKeyValue("retry_after", wait)
                    .log("A listener failed, and gets the records again.");
            closeConsumer();
            var unused = closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
            wait =
                    wait.compareTo(LONGEST_WAIT.dividedBy(2)) > 0
                            ? LONGEST_WAIT
                            : wait.multipliedBy(2);
        }
    }

    private static Throwable cause(Exception failure) {
        return failure instanceof InvocationTargetException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private void closeConsumer() {
        if (consumer != null) {
            try {
                consumer.close();
            } catch (KafkaException e) {
                LOG.atWarn().addKeyValue("group", group).log(e.getMessage());
            }
            consumer = null;
        }
    }

    /**
     * Ends the thread after the records of the current poll. If the method does not return within
     * 10 s, it is interrupted, and gets these records again after the next start.
     */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_MILLIS);
            thread.interrupt();
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
