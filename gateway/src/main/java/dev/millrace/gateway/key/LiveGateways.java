package dev.millrace.gateway.key;

import dev.millrace.contracts.service.StoppableThread;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the live gateways, which share the limits of keys. While the cluster does not answer, the
 * last number stays.
 */
final class LiveGateways implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveGateways.class);

    private final Callable<Integer> question;
    private final StoppableThread thread;
    private volatile int count = 1;

    private LiveGateways(Callable<Integer> question, Duration period) {
        this.question = question;
        thread = StoppableThread.nowAndEvery(period, "millrace-gateway-count", this::ask);
    }

    /**
     * Starts to count.
     *
     * @param question asks the cluster for the number of gateways; called on one thread
     * @param period time between two questions
     */
    static LiveGateways start(Callable<Integer> question, Duration period) {
        var gateways = new LiveGateways(question, period);
        gateways.thread.start();
        return gateways;
    }

    /** Returns the number of live gateways, at least 1: this one. */
    int count() {
        return count;
    }

    private void ask() throws InterruptedException {
        try {
            count = Math.max(1, question.call());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.atDebug()
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("The gateways cannot be counted; the last number stays");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
