package dev.millrace.standalone.run;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.results.ResultStore;
import dev.millrace.results.StoredCost;
import dev.millrace.results.StoredDeadLetter;
import dev.millrace.results.StoredResult;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.run.PendingLines.PendingLine;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the outcomes of lines in the sink's database. Used by one thread.
 *
 * <p>The outcome of a line is the result of its job if that result names this line; otherwise it is
 * the line's dead letter. A duplicate rejection of a line that is not a repeat is an outcome only
 * if the result names another line, whose job another command has published. Otherwise the line was
 * published twice around a crash.
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
        /** Pending; the router has rejected the line, whose job runs for another one. */
        REJECTED,
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
                    var statuses = new HashMap<JournaledLine, Status>();
                    for (JournaledLine line : lines) {
                        statuses.put(line, status(line, views, rejected.contains(line.batch())));
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

    /**
     * @param hasDeadLetters false if no line in the range of the given lines of the batch has one
     */
    private Status status(
            JournaledLine line, Map<JobId, ResultView> views, boolean hasDeadLetters) {
        ResultView view = line.jobId() == null ? null : views.get(new JobId(line.jobId()));
        if (view != null
                && isResultOf(line, view, it -> hasDeadLetters && deadLetter(it).isPresent())) {
            return view.errorCode() == null ? Status.SUCCEEDED : Status.FAILED;
        }
        if (hasDeadLetters && deadLetter(line).isPresent()) {
            return Status.DEAD_LETTER;
        }
        if (view != null && !line.isRepeat()) {
            return Status.OVERWRITTEN;
        }
        return hasDeadLetters && letterOf(line).isPresent() ? Status.REJECTED : Status.PENDING;
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
        return letterOf(line)
                .filter(
                        it ->
                                line.isRepeat()
                                        || !isDuplicate(it.letter().reason())
                                        || isOfOtherLine(view(line.jobId()), line.line()));
    }

    private Optional<StoredDeadLetter> letterOf(JournaledLine line) {
        return query(() -> store.findDeadLetter(line.batch(), line.line()));
    }

    private static boolean isOfOtherLine(@Nullable ResultView view, long line) {
        return view != null && !Objects.equals(view.line(), line);
    }

    private @Nullable ResultView view(@Nullable String jobId) {
        return jobId == null
                ? null
                : query(() -> store.views(List.of(new JobId(jobId)))).get(new JobId(jobId));
    }

    /** Returns true if a line was rejected as a duplicate of a job that has a result. */
    boolean isDuplicateOfResult(PendingLine line) {
        return query(() -> store.findDeadLetter(line.batch(), line.line()))
                .map(StoredDeadLetter::letter)
                .filter(it -> isDuplicate(it.reason()) && view(it.jobId()) != null)
                .isPresent();
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
