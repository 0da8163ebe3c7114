package dev.millrace.worker.quota;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.service.StoppableThread;
import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.LeaseTimes;
import dev.millrace.quota.QuotaRecord;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.quota.SharedLimit;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits that all workers of a cluster share. The loop's thread creates and uses permits; the quota
 * thread exchanges records. While the quota topic is not available, the leases expire and calls
 * wait.
 */
public final class LeasedLimits implements PermitSource {
    private static final Logger LOG = LoggerFactory.getLogger(LeasedLimits.class);

    /** Longest poll: demands are at most this late. */
    private static final Duration POLL_WAIT = Duration.ofMillis(10);

    private static final Duration RETRY_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WINDOW = Duration.ofMinutes(1);

    /** Additional age of the records read, beyond the time for which records count. */
    private static final Duration HISTORY_SLACK = Duration.ofSeconds(10);

    /** A topic that has just been created can be unavailable for a few seconds. */
    private static final Duration WARN_AFTER = Duration.ofSeconds(10);

    private final Settings settings;
    private final Supplier<QuotaTopic> topics;
    private final long session;
    private final Queue<Joined> joining = new ConcurrentLinkedQueue<>();
    private final Map<String, SharedLimit<?>> limits = new HashMap<>();
    private final StoppableThread thread;

    private volatile @Nullable QuotaTopic topic;
    private volatile Runnable onGrant = () -> {};

    /** Reason why permits cannot be shared now; empty if they can. */
    private volatile String problem = "";

    /** Time at which the quota topic became unavailable; valid while there is a problem. */
    private long failingSince;

    private boolean isReported;

    private record Joined(String key, SharedLimit<?> limit) {}

    /**
     * The settings of the limits.
     *
     * @param kafka client properties from the configuration
     * @param topic name of the quota topic
     * @param clientId of the clients
     * @param lease times of the leases
     * @param longestCall time after which a call has ended
     * @param ticker monotonic nanoseconds
     */
    public record Settings(
            Map<String, String> kafka,
            String topic,
            String clientId,
            WorkerConfig.Lease lease,
            Duration longestCall,
            LongSupplier ticker,
            RandomGenerator random) {
        public Settings {
            kafka = Map.copyOf(kafka);
        }

        /** Omits the client properties, which may contain secrets. */
        @Override
        public String toString() {
            return "Settings[topic=" + topic + "]";
        }

        private LeaseTimes times() {
            return new LeaseTimes(lease.valid(), lease.every());
        }

        private Duration history() {
            Duration counts =
                    longestCall.compareTo(LONGEST_WINDOW) > 0 ? longestCall : LONGEST_WINDOW;
            return counts.plus(lease.valid()).plus(HISTORY_SLACK);
        }
    }

    public LeasedLimits(Settings settings) {
        this.settings = settings;
        topics =
                () ->
                        new QuotaTopic(
                                settings.kafka,
                                settings.topic,
                                settings.clientId,
                                settings.history(),
                                settings.ticker);
        // Unique, even if two workers have random numbers from the same seed.
        session = UUID.randomUUID().getMostSignificantBits() | 1;
        thread = StoppableThread.of("millrace-quota", this::run);
    }

    @Override
    public void onGrant(Runnable action) {
        onGrant = action;
    }

    @Override
    public String problem() {
        return problem;
    }

    /** Joins a limit in a sliding window. */
    @Override
    public RatePermits rate(String key, RateLimit limit, long nowNanos) {
        return join(
                key, SharedLimit.rate(session, limit, settings.times(), settings.random, nowNanos));
    }

    /** Joins a limit of concurrent calls. */
    @Override
    public ConcurrencyPermits concurrency(String key, int limit, long nowNanos) {
        return join(
                key,
                SharedLimit.concurrency(
                        session,
                        limit,
                        settings.longestCall,
                        settings.times(),
                        settings.random,
                        nowNanos));
    }

    private <P> P join(String key, SharedLimit<P> limit) {
        joining.add(new Joined(key, limit));
        thread.start();
        return limit.permits();
    }

    private void run() {
        try {
            while (thread.isOpen()) {
                runOnce();
            }
            leave();
        } catch (RuntimeException | Error e) {
            problem = "the thread that shares limits has failed: " + e;
            LOG.atError().setCause(e).log("limits are no longer shared; calls wait forever");
        } finally {
            closeTopic();
        }
    }

    private void runOnce() {
        try {
            QuotaTopic current = topic;
            if (current == null) {
                current = topics.get();
                topic = current;
            }
            acceptJoined(current);
            exchange(current);
        } catch (WakeupException e) {
            // The limits are being closed.
        } catch (KafkaException e) {
            onFailure(e);
        }
    }

    private void acceptJoined(QuotaTopic current) {
        boolean isLater = !limits.isEmpty();
        boolean hasJoined = false;
        for (Joined next = joining.poll(); next != null; next = joining.poll()) {
            limits.put(next.key, next.limit);
            hasJoined = true;
        }
        if (hasJoined && isLater) {
            current.readAgain();
        }
    }

    private void exchange(QuotaTopic current) {
        long now = settings.ticker.getAsLong();
        limits.forEach((key, limit) -> limit.onTick(now).forEach(it -> current.send(key, it)));
        current.poll(POLL_WAIT, this::onRecord);
        if (!problem.isEmpty() && current.isRead()) {
            problem = "";
            if (isReported) {
                isReported = false;
                LOG.atInfo().log("limits are shared again");
            }
        }
    }

    private void onRecord(
            String key, QuotaRecord quotaRecord, long writtenNanos, long brokerMillis) {
        SharedLimit<?> limit = limits.get(key);
        if (limit != null) {
            limit.onRecord(quotaRecord, writtenNanos, brokerMillis);
            if (quotaRecord instanceof Grant && quotaRecord.session() == session) {
                onGrant.run();
            }
        }
    }

    private void onFailure(KafkaException failure) {
        long now = settings.ticker.getAsLong();
        if (problem.isEmpty()) {
            failingSince = now;
        }
        problem = settings.topic + " is not available: " + failure.getMessage();
        if (!isReported && now - failingSince >= WARN_AFTER.toNanos()) {
            isReported = true;
            LOG.atWarn()
                    .addKeyValue("problem", problem)
                    .log("limits cannot be shared; calls wait until the quota topic is available");
        }
        closeTopic();
        var _ = thread.pause(RETRY_WAIT);
    }

    /** Writes that the session has ended, so that other workers need not wait for its leases. */
    private void leave() {
        QuotaTopic current = topic;
        if (current != null) {
            long now = settings.ticker.getAsLong();
            limits.forEach((key, limit) -> limit.onClose(now).forEach(it -> current.send(key, it)));
        }
    }

    private void closeTopic() {
        QuotaTopic current = topic;
        topic = null;
        if (current != null) {
            current.close();
        }
    }

    /** Ends the session, and waits for its last records. */
    @Override
    public void close() {
        thread.stop();
        QuotaTopic current = topic;
        if (current != null) {
            current.wakeup();
        }
        thread.close();
    }
}
