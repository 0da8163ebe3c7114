package dev.millrace.router.hold;

import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** The held jobs of a partition, in groups with one hold. */
final class HoldGroups {
    private static final int PAGE = 500;

    /** Jobs of a group that are read at the start, whose mean size stands for all. */
    private static final int SAMPLE = 200;

    /** Work of a job without limits, in seconds: all of them start together. */
    private static final double LEAST_SECONDS = 1e-6;

    private final Map<String, Group> groups = new LinkedHashMap<>();

    /**
     * Jobs with one hold.
     *
     * @param id names the group in the store
     * @param jobs number of its jobs
     * @param sinceMillis when the first job arrived, which can have left since
     */
    record Group(String id, Hold hold, long jobs, long sinceMillis) {
        private Group withJobs(long number) {
            return new Group(id, hold, number, sinceMillis);
        }

        /** Returns the group with a further job: the time that a job needs is the mean. */
        private Group withJob(Hold job) {
            return new Group(id, hold.mean(job, 1.0 / (jobs + 1)), jobs + 1, sinceMillis);
        }
    }

    /**
     * Jobs that must wait no longer.
     *
     * @param jobs number of the first jobs of the group
     * @param mustStart true if a job must not wait for another hour
     */
    record Release(Group group, long jobs, boolean mustStart) {}

    private HoldGroups() {}

    /**
     * Counts the jobs of a store, without damaged ones.
     *
     * @param restored returns the hold of a group by its first readable job
     */
    static HoldGroups load(WaitingJobStore jobs, BiFunction<String, PlannedRecord, Hold> restored) {
        WaitingJobStore.RecordReader records = (_, _, _) -> null;
        var loaded = new HoldGroups();
        WaitingJobStore.Page page = jobs.page(null, PAGE, records);
        while (true) {
            for (WaitingJob job : page.jobs()) {
                loaded.onLoaded(jobs, job.group(), restored);
            }
            Bytes next = page.next();
            if (next == null) {
                return loaded;
            }
            page = jobs.page(next, PAGE, records);
        }
    }

    private void onLoaded(
            WaitingJobStore jobs, String id, BiFunction<String, PlannedRecord, Hold> restored) {
        Group group = groups.get(id);
        groups.put(
                id, group == null ? first(jobs, id, restored) : group.withJobs(group.jobs() + 1));
    }

    /**
     * Returns a group of one job with the hold and the time of the first readable one, and the mean
     * size of the first ones.
     */
    private static Group first(
            WaitingJobStore jobs, String id, BiFunction<String, PlannedRecord, Hold> restored) {
        var found = new AtomicReference<@Nullable Group>();
        jobs.visit(
                id,
                0,
                Long.MAX_VALUE,
                (_, stored) -> {
                    PlannedRecord job = readable(stored);
                    Group known = found.get();
                    if (job != null) {
                        Hold hold = restored.apply(id, job);
                        known =
                                known == null
                                        ? new Group(id, hold, 1, job.sinceMillis())
                                        : known.withJob(hold);
                        found.set(known);
                    }
                    return known == null || known.jobs() < SAMPLE;
                });
        Group sample = found.get();
        return sample == null ? new Group(id, Hold.noTopic(""), 1, 0) : sample.withJobs(1);
    }

    private static @Nullable PlannedRecord readable(byte[] stored) {
        try {
            return PlannedRecord.decode(stored);
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** Returns true if jobs of a model wait for its topics. */
    boolean isWithoutTopics(String model) {
        return !groups.isEmpty() && groups.containsKey(Hold.noTopic(model).group());
    }

    Collection<Group> all() {
        return groups.values();
    }

    void onAdded(Hold hold, PlannedRecord job) {
        String id = hold.group();
        Group group = groups.get(id);
        groups.put(
                id,
                group == null ? new Group(id, hold, 1, job.sinceMillis()) : group.withJob(hold));
    }

    void onRemoved(String id) {
        groups.computeIfPresent(id, (_, it) -> it.jobs() == 1 ? null : it.withJobs(it.jobs() - 1));
    }

    /** Returns when the longest-waiting job arrived; empty without jobs. */
    OptionalLong oldestMillis() {
        return groups.values().stream().mapToLong(Group::sinceMillis).min();
    }

    /**
     * Returns the jobs that must wait no longer, in the order of their release: without topics
     * first, then by deadline.
     *
     * @param hasTopics returns true if the topics of a model exist
     * @param pace says how many jobs may follow whose hour has begun
     */
    List<Release> releases(
            Predicate<String> hasTopics, CheaperHours hours, ReleasePace pace, Instant now) {
        List<Release> releases = new ArrayList<>();
        List<Group> waiting = new ArrayList<>();
        Map<String, Double> work = new HashMap<>();
        Map<String, Double> due = new HashMap<>();
        for (Group group : byDeadline()) {
            Hold hold = group.hold();
            Hold.Hour hour = hold.hour();
            boolean hasEnded =
                    hour == null ? hasTopics.test(hold.model()) : hours.isTooLate(hold, hour);
            if (hasEnded) {
                releases.add(new Release(group, group.jobs(), false));
            } else if (hour != null) {
                waiting.add(group);
                double ahead = work.merge(hold.model(), group.jobs() * each(hour), Double::sum);
                due.merge(hold.model(), hours.due(hold, hour, ahead, now), Math::max);
            }
        }
        Map<String, Double> released = new HashMap<>();
        for (Group group : waiting) {
            Hold.Hour hour = Objects.requireNonNull(group.hold().hour());
            String model = group.hold().model();
            double before = released.getOrDefault(model, 0.0);
            double allowed = now.isBefore(hour.begins()) ? 0 : pace.allowed(model, now);
            long must = jobs(group, due.getOrDefault(model, 0.0) - before, each(hour));
            long may = Math.max(must, jobs(group, allowed - before, each(hour)));
            if (must > 0) {
                releases.add(new Release(group, must, true));
            }
            if (may > must) {
                releases.add(new Release(group, may - must, false));
            }
            released.put(model, before + may * each(hour));
        }
        return releases;
    }

    /** Returns the work of a job in seconds, above 0. */
    private static double each(Hold.Hour hour) {
        return Math.max(LEAST_SECONDS, hour.secondsPerJob());
    }

    /** Returns how many jobs of a group are an amount of work, the last one begun. */
    private static long jobs(Group group, double work, double each) {
        return work <= LEAST_SECONDS / 2
                ? 0
                : Math.min(group.jobs(), (long) Math.ceil((work - LEAST_SECONDS / 2) / each));
    }

    private List<Group> byDeadline() {
        return groups.values().stream()
                .sorted(Comparator.comparing(it -> deadline(it.hold().hour())))
                .toList();
    }

    private static Instant deadline(Hold.@Nullable Hour hour) {
        return hour == null ? Instant.MIN : hour.deadline();
    }
}
