package dev.millrace.router.hold;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.waiting.LatestStart;
import dev.millrace.contracts.waiting.RecentTimes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The time in queue and call of each model's latest jobs, since this router started. Shared by all
 * stream threads.
 */
public final class QueueTimes {
    private final Map<String, RecentTimes> models = new ConcurrentHashMap<>();

    /**
     * Handles the end of a job. Ignores a job whose first model was not called.
     *
     * @param routedMillis when the job was routed
     * @param endedMillis when it ended, by the worker's clock
     */
    public void onEnd(CostEvent event, long routedMillis, long endedMillis) {
        JobEnd end = event.end();
        String model = event.route().to();
        if (end != null && model != null && end.times().callAgeMs() != null) {
            models.computeIfAbsent(model, _ -> new RecentTimes())
                    .add(Duration.ofMillis(endedMillis - routedMillis));
        }
    }

    /** Returns the 99th percentile of a model; {@link LatestStart#UNMEASURED} before 20 jobs. */
    public Duration p99(String model) {
        RecentTimes times = models.get(model);
        return times == null ? LatestStart.UNMEASURED : times.p99(LatestStart.UNMEASURED);
    }
}
