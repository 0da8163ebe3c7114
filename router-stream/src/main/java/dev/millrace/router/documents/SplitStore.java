package dev.millrace.router.documents;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.EntryKey;
import dev.millrace.router.entry.EntryRange;
import dev.millrace.router.entry.EntryScan;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The split jobs of one task: the record and the progress of each, its running parts, and the
 * answers to the ended ones. They share the store of the task's budgets, because each further store
 * and changelog would slow every start of a router.
 */
final class SplitStore {
    private static final int LEVEL_BITS = 32;

    private final KeyValueStore<Bytes, byte[]> entries;
    private final WaitingJobStore jobs;
    private long runningParts;

    /**
     * Opens the split jobs of a task.
     *
     * @param entries the store of the task's budgets
     */
    SplitStore(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
        jobs = new WaitingJobStore(entries, SplitKind.RECORD, SplitKind.DEADLINE, SplitKind.TOTALS);
        try (var running =
                entries.range(
                        EntryKey.first(SplitKind.RUNNING), EntryKey.last(SplitKind.RUNNING))) {
            running.forEachRemaining(_ -> runningParts++);
        }
    }

    /** Returns the split jobs, each in its own group. */
    WaitingJobStore jobs() {
        return jobs;
    }

    /** Returns the group of a job: its id, padded to the length of a hash. */
    static String group(JobId job) {
        return job.value() + job.value();
    }

    /** Returns the job of a group. */
    static JobId jobOf(String group) {
        return new JobId(group.substring(group.length() / 2));
    }

    /** Stores a new job, of which no part was sent. */
    SplitProgress add(PlannedRecord job, int parts, int plannedCalls) {
        JobId id = job.job().identity().jobId();
        long sequence = jobs.nextSequence();
        jobs.add(WaitingJob.of(group(id), sequence, job.job().headers()), job.encode());
        var progress = SplitProgress.start(id, sequence, job.sinceMillis(), parts, plannedCalls);
        put(progress);
        entries.put(ageKey(progress), new byte[0]);
        return progress;
    }

    /** Returns the progress of a job; empty if the job is not in the store. */
    Optional<SplitProgress> progress(JobId job) {
        return Optional.ofNullable(entries.get(progressKey(job)))
                .map(it -> SplitProgress.decode(job, it));
    }

    /** Stores the progress of a job. */
    void put(SplitProgress progress) {
        entries.put(progressKey(progress.job()), progress.encode());
    }

    /** Returns the record of a job, as {@link PlannedRecord#encode} wrote it. */
    Optional<byte[]> record(SplitProgress progress) {
        return jobs.find(group(progress.job()), progress.sequence());
    }

    /** Drops the deadline of a failing job, so that it does not expire as well. */
    void dropDeadline(SplitProgress progress, PlannedRecord job) {
        jobs.dropDeadline(
                WaitingJob.of(group(progress.job()), progress.sequence(), job.job().headers()));
    }

    /** Returns the entry of a running part; null if the part is not running. */
    byte @Nullable [] running(JobId part) {
        return entries.get(runningKey(part));
    }

    /** Stores a part that is sent. */
    void put(JobId part, RunningPart running) {
        if (running(part) == null) {
            runningParts++;
        }
        entries.put(runningKey(part), running.encode());
    }

    /** Removes a part that has ended, if it was running. */
    void deleteRunning(JobId part) {
        if (entries.delete(runningKey(part)) != null) {
            runningParts--;
        }
    }

    /** Returns the number of running parts. */
    long runningParts() {
        return runningParts;
    }

    /** The job id of a running part, and its entry, which can be unreadable. */
    record PartEntry(JobId id, byte[] value) {}

    /** Returns a scan of all running parts. */
    EntryScan runningScan() {
        return new EntryScan(entries, SplitKind.RUNNING);
    }

    /** Returns the running parts of a page of {@link #runningScan}. */
    static List<PartEntry> parts(List<KeyValue<Bytes, byte[]>> page) {
        return page.stream()
                .map(it -> new PartEntry(new JobId(EntryKey.hex(it.key)), it.value))
                .toList();
    }

    private List<KeyValue<Bytes, byte[]>> all(SplitKind kind) {
        return EntryRange.read(
                entries, EntryKey.first(kind), EntryKey.last(kind), Integer.MAX_VALUE);
    }

    /** Returns the jobs whose progress is stored, readable or not. */
    List<JobId> splitJobs() {
        return all(SplitKind.PROGRESS).stream().map(it -> new JobId(EntryKey.hex(it.key))).toList();
    }

    /** Stores how a part ended, and its answer; null for a part without one. */
    void put(RunningPart running, EndedPart ended, byte @Nullable [] answer) {
        entries.put(
                key(SplitKind.ENDED, running.parent(), running.level(), running.index()),
                ended.encode());
        if (answer != null) {
            entries.put(
                    key(SplitKind.ANSWER, running.parent(), running.level(), running.index()),
                    answer);
        }
    }

    /** Returns how the jobs of a level ended, in their order. */
    List<EndedPart> ended(JobId job, int level) {
        return EntryRange.read(
                        entries,
                        key(SplitKind.ENDED, job, level, 0),
                        key(SplitKind.ENDED, job, level, Integer.MAX_VALUE),
                        Integer.MAX_VALUE)
                .stream()
                .map(it -> EndedPart.decode(it.value))
                .toList();
    }

    /** Returns the answer of an ended part; null if it has none. */
    byte @Nullable [] answer(JobId job, int level, int index) {
        return entries.get(key(SplitKind.ANSWER, job, level, index));
    }

    /**
     * Removes all entries of a job without running parts.
     *
     * @param deadline of the job; null for none
     */
    void remove(SplitProgress progress, @Nullable Instant deadline) {
        JobId job = progress.job();
        deleteEnded(job);
        jobs.remove(group(job), progress.sequence(), deadline);
        entries.delete(ageKey(progress));
        entries.delete(progressKey(job));
    }

    private void deleteEnded(JobId job) {
        for (SplitKind kind : List.of(SplitKind.ENDED, SplitKind.ANSWER)) {
            delete(key(kind, job, 0, 0), key(kind, job, Integer.MAX_VALUE, Integer.MAX_VALUE));
        }
    }

    private void delete(Bytes from, Bytes to) {
        EntryRange.read(entries, from, to, Integer.MAX_VALUE).forEach(it -> entries.delete(it.key));
    }

    /**
     * The removed entries of a job.
     *
     * @param job names the job; null if no entry does
     * @param record its entry; null without one
     */
    record RemovedJob(@Nullable WaitingJob job, byte @Nullable [] record) {}

    /** Removes all entries of a job with an unreadable entry, except its running parts. */
    RemovedJob removeUnreadable(JobId job) {
        String group = group(job);
        var removed = new AtomicReference<>(new RemovedJob(null, null));
        jobs.visit(
                group,
                0,
                Long.MAX_VALUE,
                (sequence, record) -> {
                    WaitingJob waiting = jobs.removeUnreadable(group, sequence).orElse(null);
                    removed.set(new RemovedJob(waiting, record));
                    return true;
                });
        deleteEnded(job);
        for (var age : all(SplitKind.AGE)) {
            if (EntryKey.hashAfterNumber(age.key).equals(group)) {
                entries.delete(age.key);
            }
        }
        entries.delete(progressKey(job));
        return removed.get();
    }

    /** Returns when the oldest job arrived, in milliseconds since the epoch; empty without jobs. */
    OptionalLong oldest() {
        var first =
                EntryRange.read(
                        entries, EntryKey.first(SplitKind.AGE), EntryKey.last(SplitKind.AGE), 1);
        return first.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(EntryKey.number(first.getFirst().key));
    }

    private static Bytes progressKey(JobId job) {
        return EntryKey.of(SplitKind.PROGRESS, job.value());
    }

    private static Bytes runningKey(JobId part) {
        return EntryKey.of(SplitKind.RUNNING, part.value());
    }

    private static Bytes ageKey(SplitProgress progress) {
        return EntryKey.of(
                SplitKind.AGE, Math.max(0, progress.sinceMillis()), group(progress.job()));
    }

    private static Bytes key(SplitKind kind, JobId job, int level, int index) {
        return EntryKey.of(kind, group(job), (long) level << LEVEL_BITS | index);
    }
}
