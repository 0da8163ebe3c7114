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
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** The held jobs of a partition, in groups with one hold. */
final class HoldGroups {
    private static final int PAGE = 500;

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

    /** Returns a group with the hold and the time of its first readable job. */
    private static Group first(
            WaitingJobStore jobs, String id, BiFunction<String, PlannedRecord, Hold> restored) {
        var found = new AtomicReference<@Nullable PlannedRecord>();
        jobs.visit(
                id,
                0,
                Long.MAX_VALUE,
                (_, stored) -> {
                    found.set(readable(stored));
                    return found.get() == null;
                });
        PlannedRecord job = found.get();
        return job == null
                ? new Group(id, Hold.noTopic(""), 1, 0)
                : new Group(id, restored.apply(id, job), 1, job.sinceMillis());
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
        Map<String, Long> jobs = new HashMap<>();
        Map<String, Long> due = new HashMap<>();
        for (Group group : byDeadline()) {
            Hold hold = group.hold();
            Hold.Hour hour = hold.hour();
            boolean hasEnded =
                    hour == null ? hasTopics.test(hold.model()) : hours.isTooLate(hold, hour);
            if (hasEnded) {
                releases.add(new Release(group, group.jobs(), false));
            } else if (hour != null) {
                waiting.add(group);
                long ahead = jobs.merge(hold.model(), group.jobs(), Long::sum);
                due.merge(hold.model(), hours.due(hold, hour, ahead, now), Math::max);
            }
        }
        Map<String, Long> released = new HashMap<>();
        for (Group group : waiting) {
            String model = group.hold().model();
            long before = released.getOrDefault(model, 0L);
            long mustStart = Math.max(0, due.getOrDefault(model, 0L) - before);
            long mayStart = Math.max(mustStart, paced(group, pace, now) - before);
            long first = Math.min(group.jobs(), mayStart);
            if (first > 0) {
                released.put(model, before + first);
                releases.add(new Release(group, first, mustStart > 0));
            }
        }
        return releases;
    }

    /** Returns how many jobs of a model can start if the hour of a group has begun. */
    private static long paced(Group group, ReleasePace pace, Instant now) {
        Hold.Hour hour = group.hold().hour();
        return hour == null || now.isBefore(hour.begins())
                ? 0
                : pace.allowed(group.hold(), hour, now);
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
