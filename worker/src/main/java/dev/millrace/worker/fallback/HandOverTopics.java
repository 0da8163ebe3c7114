package dev.millrace.worker.fallback;

import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.port.JobTopics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows which job topics are missing, so that no job is handed over to them: the client would wait
 * for a missing topic on the loop's thread. Belongs to the loop's thread.
 */
public final class HandOverTopics {
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final JobTopics topics;
    private final Set<String> all;

    /** Until the first look, lanes whose topic may be missing count as missing. */
    private Set<String> missing;

    private @Nullable CompletableFuture<Map<String, Optional<String>>> request;
    private long dueNanos;

    /**
     * @param all lanes of the job topics of the models that jobs can fall back to, by topic name
     */
    public HandOverTopics(JobTopics topics, Map<String, Lane> all, long nowNanos) {
        this.topics = topics;
        this.all = Set.copyOf(all.keySet());
        this.missing =
                all.entrySet().stream()
                        .filter(it -> it.getValue().isOnDemand())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toUnmodifiableSet());
        this.dueNanos = nowNanos;
    }

    /** Looks for missing topics if a look is due. */
    public void onTick(long nowNanos) {
        var current = request;
        if (current == null && nowNanos - dueNanos >= 0 && !all.isEmpty()) {
            dueNanos = nowNanos + INTERVAL.toNanos();
            request = topics.ids(all);
        } else if (current != null && current.isDone()) {
            request = null;
            missing =
                    current.join().entrySet().stream()
                            .filter(it -> it.getValue().isEmpty())
                            .map(Map.Entry::getKey)
                            .collect(Collectors.toSet());
        }
    }

    /** Returns false for a topic that was missing at the last look. */
    public boolean exists(String topic) {
        return !missing.contains(topic);
    }
}
