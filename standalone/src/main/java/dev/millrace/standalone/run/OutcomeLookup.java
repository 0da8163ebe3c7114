package dev.millrace.standalone.run;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.result.ResultStore;
import dev.millrace.store.result.StoredCost;
import dev.millrace.store.result.StoredDeadLetter;
import dev.millrace.store.result.StoredResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Looks up the outcomes of lines in the sink's database. Used by one thread.
 *
 * <p>The outcome of a line is the result of its job if that result names this line; otherwise it is
 * the line's dead letter. A duplicate rejection of a line that is not a repeat is no outcome: the
 * line was published twice around a crash.
 */
public final class OutcomeLookup implements AutoCloseable {
    private final ResultStore store;

    private OutcomeLookup(ResultStore store) {
        this.store = store;
    }

    /** Opens the sink's database, or creates it. */
    public static OutcomeLookup open(String jdbcUrl) {
        return query(
                () -> {
                    Database.of(jdbcUrl).migrate();
                    return new OutcomeLookup(ResultStore.open(jdbcUrl));
                });
    }

    /** Opens the sink's database, which must exist and can be in use. */
    public static OutcomeLookup openExisting(String jdbcUrl) {
        return query(() -> new OutcomeLookup(ResultStore.open(jdbcUrl)));
    }

    /** Stored outcome of a line. */
    sealed interface Outcome {
        record Result(StoredResult stored) implements Outcome {}

        record Rejection(StoredDeadLetter stored) implements Outcome {}
    }

    /** Status of a line, known without reading the value of its result. */
    public enum Status {
        PENDING,
        /** The job's result names another line, so this line will never have an outcome. */
        OVERWRITTEN,
        SUCCEEDED,
        FAILED,
        DEAD_LETTER
    }

    /** Returns true if a dead letter with this reason rejects a line as a repeat of another. */
    public static boolean isDuplicate(String reason) {
        return reason.equals(ErrorCode.DUPLICATE.code())
                || reason.equals(ErrorCode.DUPLICATE_CUSTOM_ID.code());
    }

    /** Returns the status of each line. */
    public Map<JournaledLine, Status> statuses(Collection<JournaledLine> lines) {
        return query(
                () -> {
                    Map<JobId, ResultView> views = store.views(jobIds(lines));
                    Set<String> rejected = batchesWithDeadLetters(lines);
                    Predicate<JournaledLine> isRejected =
                            it -> rejected.contains(it.batch()) && deadLetter(it).isPresent();
                    var statuses = new HashMap<JournaledLine, Status>();
                    for (JournaledLine line : lines) {
                        statuses.put(line, status(line, views, isRejected));
                    }
                    return statuses;
                });
    }

    /** Returns the batches with a dead letter in the range of the given lines. */
    private Set<String> batchesWithDeadLetters(Collection<JournaledLine> lines)
            throws DatabaseException {
        var ranges = new HashMap<String, LongSummaryStatistics>();
        for (JournaledLine line : lines) {
            ranges.computeIfAbsent(line.batch(), _ -> new LongSummaryStatistics())
                    .accept(line.line());
        }
        var batches = new HashSet<String>();
        for (var range : ranges.entrySet()) {
            LongSummaryStatistics numbers = range.getValue();
            if (store.hasDeadLetters(range.getKey(), numbers.getMin(), numbers.getMax())) {
                batches.add(range.getKey());
            }
        }
        return batches;
    }

    private static Status status(
            JournaledLine line, Map<JobId, ResultView> views, Predicate<JournaledLine> isRejected) {
        ResultView view = line.jobId() == null ? null : views.get(new JobId(line.jobId()));
        if (view != null && isResultOf(line, view, isRejected)) {
            return view.errorCode() == null ? Status.SUCCEEDED : Status.FAILED;
        }
        if (isRejected.test(line)) {
            return Status.DEAD_LETTER;
        }
        return view == null || line.isRepeat() ? Status.PENDING : Status.OVERWRITTEN;
    }

    /**
     * Returns the outcomes, including their values, of the lines that have one. The caller asks for
     * a few lines at a time, because all values are in memory at once.
     */
    Map<JournaledLine, Outcome> find(Collection<JournaledLine> lines) {
        return query(
                () -> {
                    var byJob = new HashMap<String, StoredResult>();
                    for (StoredResult result : store.findAll(jobIds(lines))) {
                        byJob.put(result.view().jobId(), result);
                    }
                    var outcomes = new HashMap<JournaledLine, Outcome>();
                    for (JournaledLine line : lines) {
                        StoredResult result = byJob.get(line.jobId());
                        if (result != null
                                && isResultOf(
                                        line, result.view(), it -> deadLetter(it).isPresent())) {
                            outcomes.put(line, new Outcome.Result(result));
                        } else {
                            deadLetter(line)
                                    .ifPresent(it -> outcomes.put(line, new Outcome.Rejection(it)));
                        }
                    }
                    return outcomes;
                });
    }

    /** Returns true if the database has any record of a batch of this name, for any tenant. */
    public boolean hasBatch(String name) {
        return query(() -> store.hasBatch(name));
    }

    /**
     * Returns true if the database shows that a job has ended: by its result, or by its final cost
     * event, which a dead letter also has.
     */
    public boolean hasEnded(String jobId) {
        var ids = List.of(new JobId(jobId));
        return query(
                () ->
                        !store.views(ids).isEmpty()
                                || store.costs(ids).stream().anyMatch(StoredCost::isFinal));
    }

    /** Returns all cost events of the jobs of the given lines. */
    public List<StoredCost> costs(Collection<JournaledLine> lines) {
        return query(() -> store.costs(jobIds(lines)));
    }

    /**
     * Returns true if a result belongs to a line. A repeat can have the number of the line that it
     * repeats, in another file of the batch. Its own dead letter then takes precedence over the
     * result of that line.
     */
    private static boolean isResultOf(
            JournaledLine line, ResultView view, Predicate<JournaledLine> isRejected) {
        return view.line() != null
                && view.line() == line.line()
                && !(line.isRepeat() && isRejected.test(line));
    }

    private Optional<StoredDeadLetter> deadLetter(JournaledLine line) {
        return query(() -> store.findDeadLetter(line.batch(), line.line()))
                .filter(it -> line.isRepeat() || !isDuplicate(it.letter().reason()));
    }

    private static List<JobId> jobIds(Collection<JournaledLine> lines) {
        var ids = new ArrayList<JobId>(lines.size());
        for (JournaledLine line : lines) {
            if (line.jobId() != null) {
                ids.add(new JobId(line.jobId()));
            }
        }
        return ids;
    }

    private interface Query<T> {
        T run() throws DatabaseException;
    }

    private static <T> T query(Query<T> query) {
        try {
            return query.run();
        } catch (DatabaseException e) {
            throw UserError.failure("The results cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
