package dev.millrace.worker.job;

import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.port.JobTopics;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows which job topics exist. No job is handed over to a missing topic, since the client would
 * wait for it on the loop's thread. The client is not subscribed to a lane without a topic, since
 * it would request the topic continuously.
 *
 * <p>A lane can get its topic with its first job, which is routed to the normal lane of its model.
 * For a while after jobs arrived, missing topics are therefore looked up often. Belongs to the
 * loop's thread.
 */
public final class ExistingTopics {
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    /** Interval of the looks for missing topics after jobs. */
    private static final Duration INTERVAL_AFTER_JOBS = Duration.ofSeconds(1);

    /**
     * Time after a job in which its lane can still get a topic: as long as a router tries to create
     * it.
     */
    private static final Duration CREATION = Duration.ofMinutes(1);

    private final JobTopics topics;
    private final Set<String> all;

    /** Missing lanes. Before the first lookup, all lanes that can lack a topic count as missing. */
    private Set<String> missing;

    private @Nullable Look look;
    private long lookedNanos;
    private boolean isKnown;
    private @Nullable Long jobsNanos;

    private record Look(
            Set<String> topics, CompletableFuture<Map<String, Optional<String>>> answer) {}

    /**
     * @param all lanes of the topics to know, by topic name
     */
    public ExistingTopics(JobTopics topics, Map<String, Lane> all, long nowNanos) {
        this.topics = topics;
        this.all = Set.copyOf(all.keySet());
        this.missing =
                all.entrySet().stream()
                        .filter(it -> it.getValue().isOnDemand())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toUnmodifiableSet());
        this.lookedNanos = nowNanos - INTERVAL.toNanos();
    }

    /** Records that jobs arrived. */
    public void onJobs(long nowNanos) {
        jobsNanos = nowNanos;
    }

    /**
     * Looks for topics if a look is due.
     *
     * @return true if a missing topic was found, or an existing one is missing now
     */
    public boolean onTick(long nowNanos) {
        if (look == null) {
            startIfDue(nowNanos);
        }
        Look current = look;
        if (current == null || !current.answer().isDone()) {
            return false;
        }
        look = null;
        isKnown = true;
        Set<String> before = missing;
        missing = missingAfter(current);
        return !missing.equals(before);
    }

    private void startIfDue(long nowNanos) {
        long since = nowNanos - lookedNanos;
        if (since >= INTERVAL.toNanos()) {
            start(all, nowNanos);
        } else if (since >= INTERVAL_AFTER_JOBS.toNanos()
                && !missing.isEmpty()
                && jobsNanos != null
                && nowNanos - jobsNanos < CREATION.toNanos()) {
            start(missing, nowNanos);
        }
    }

    private void start(Set<String> asked, long nowNanos) {
        lookedNanos = nowNanos;
        if (!asked.isEmpty()) {
            look = new Look(asked, topics.ids(asked));
        }
    }

    private Set<String> missingAfter(Look done) {
        var after = new HashSet<>(missing);
        after.removeAll(done.topics());
        done.answer()
                .join()
                .forEach(
                        (topic, id) -> {
                            if (id.isEmpty()) {
                                after.add(topic);
                            }
                        });
        return Set.copyOf(after);
    }

    /** Returns true after the first look. */
    public boolean isKnown() {
        return isKnown;
    }

    /** Returns false for a topic that was missing at the last look. */
    public boolean exists(String topic) {
        return !missing.contains(topic);
    }
}
