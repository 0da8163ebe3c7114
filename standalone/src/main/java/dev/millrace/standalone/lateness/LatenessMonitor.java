package dev.millrace.standalone.lateness;

import dev.millrace.contracts.job.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the lateness of each model's jobs from successive readings of the queues.
 *
 * <p>Assumes that a lane's partitions shrink together. So a job behind {@code a} of the {@code w}
 * waiting jobs of its partition ends after {@code (a + 1) / w} of the lane's waiting jobs. This
 * takes {@code (a + 1) / w × waiting / rate}, with the rate of {@link FinishRate}. The job is late
 * if it ends after its deadline. Without a rate, it is late if its deadline is closer than {@link
 * #HORIZON_WITHOUT_RATE}.
 */
public final class LatenessMonitor {
    /** While nothing finishes, jobs with an earlier deadline than this are late. */
    static final Duration HORIZON_WITHOUT_RATE = Duration.ofMinutes(15);

    private record LaneName(String model, Lane lane) {}

    private final SampledJobs sampled;
    private final Map<LaneName, FinishRate> rates = new HashMap<>();

    public LatenessMonitor(JobTimesSource source) {
        sampled = new SampledJobs(source);
    }

    /**
     * Returns the lateness of each model that has queues.
     *
     * @param now for deadlines
     * @param nanos the time {@code now} by a monotonic ticker, for rates
     */
    public List<ModelLateness> onReading(List<LaneBacklog> lanes, Instant now, long nanos) {
        sampled.update(lanes);
        Map<String, Totals> totals = new LinkedHashMap<>();
        for (LaneBacklog lane : lanes) {
            FinishRate rate =
                    rates.computeIfAbsent(
                            new LaneName(lane.model(), lane.lane()), _ -> new FinishRate());
            rate.onReading(lane, nanos);
            totals.computeIfAbsent(lane.model(), _ -> new Totals())
                    .add(lane, rate.perSecond(), now);
        }
        List<ModelLateness> all = new ArrayList<>();
        totals.forEach((model, it) -> all.add(it.toLateness(model, now)));
        return all;
    }

    /** The sums of one model in one reading. */
    private final class Totals {
        private long waiting;
        private double sampledJobs;
        private double lateJobs;
        private @Nullable Instant oldest;

        void add(LaneBacklog lane, OptionalDouble rate, Instant now) {
            long laneWaiting = lane.waitingOffsets();
            waiting += laneWaiting;
            lane.partitions()
                    .forEach(
                            (partition, queue) -> {
                                // Seconds until a job ends, for each job of its partition before
                                // it.
                                double seconds =
                                        rate.isEmpty()
                                                ? Double.NaN
                                                : laneWaiting
                                                        / rate.getAsDouble()
                                                        / Math.max(1, queue.waitingOffsets());
                                queue.stretches().forEach(it -> add(partition, it, seconds, now));
                            });
        }

        private void add(TopicPartition partition, Stretch stretch, double seconds, Instant now) {
            int points = 0;
            int late = 0;
            for (long point : stretch.points()) {
                HeaderTimes times = sampled.at(partition, point);
                if (times != null) {
                    points++;
                    late += isLate(times, (stretch.ahead(point) + 1) * seconds, now) ? 1 : 0;
                    noteSubmission(times.submittedAt());
                }
            }
            if (points > 0) {
                sampledJobs += stretch.jobs();
                lateJobs += (double) stretch.jobs() * late / points;
            }
        }

        private void noteSubmission(@Nullable Instant submittedAt) {
            if (submittedAt != null && (oldest == null || submittedAt.isBefore(oldest))) {
                oldest = submittedAt;
            }
        }

        ModelLateness toLateness(String model, Instant now) {
            if (waiting == 0) {
                return new ModelLateness(model, 0.0, Duration.ZERO);
            }
            Duration age = oldest == null ? null : Duration.between(oldest, now);
            return new ModelLateness(
                    model,
                    sampledJobs == 0 ? null : lateJobs / sampledJobs,
                    age == null || !age.isNegative() ? age : Duration.ZERO);
        }
    }

    /**
     * @param seconds until the job ends; NaN if unknown
     */
    private static boolean isLate(HeaderTimes times, double seconds, Instant now) {
        if (times.deadline() == null) {
            return false;
        }
        // Later deadlines do not fit into milliseconds.
        long left = Duration.between(now, times.deadline()).toSeconds();
        return left < (Double.isNaN(seconds) ? HORIZON_WITHOUT_RATE.toSeconds() : seconds);
    }
}
