package dev.millrace.standalone.run;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.store.ResultStore;
import dev.millrace.sink.store.StoredCost;
import dev.millrace.sink.store.StoredDeadLetter;
import dev.millrace.sink.store.StoredResult;
import dev.millrace.standalone.run.journal.JournaledLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcomes of lines, as the sink has stored them. For one thread.
 *
 * <p>A line's outcome is the result of its job when that result is about this very line; otherwise
 * its dead letter. A dead letter that says "duplicate" about the line which owns the job is no
 * outcome, but the trace of a line that was published twice around a crash.
 */
final class Answers implements AutoCloseable {
    private final ResultStore store;

    private Answers(ResultStore store) {
        this.store = store;
    }

    /** Opens the sink's database; makes it when it is not there yet. */
    static Answers open(String jdbcUrl) {
        return asking(
                () -> {
                    Database.of(jdbcUrl).migrate();
                    return new Answers(ResultStore.open(jdbcUrl));
                });
    }

    /** What ended a line. */
    sealed interface Answer {
        record Result(StoredResult stored) implements Answer {}

        record Letter(StoredDeadLetter stored) implements Answer {}
    }

    /** Whether each line has an outcome, and if so, whether it is a failed result. */
    Map<JournaledLine, State> states(Collection<JournaledLine> lines) {
        return asking(
                () -> {
                    Map<JobId, ResultView> views = store.views(jobIds(lines));
                    var states = new HashMap<JournaledLine, State>();
                    for (JournaledLine line : lines) {
                        states.put(line, state(line, views));
                    }
                    return states;
                });
    }

    /** What is known of a line before its value is read. */
    enum State {
        PENDING,
        /** The job's result is about another line: there will be none about this one. */
        OVERWRITTEN,
        SUCCEEDED,
        FAILED,
        DEAD
    }

    private State state(JournaledLine line, Map<JobId, ResultView> views) {
        ResultView view = line.jobId() == null ? null : views.get(new JobId(line.jobId()));
        if (view != null && isResult(view, line)) {
            return view.errorCode() == null ? State.SUCCEEDED : State.FAILED;
        }
        if (letter(line).isPresent()) {
            return State.DEAD;
        }
        return view == null || line.repeat() ? State.PENDING : State.OVERWRITTEN;
    }

    /** The outcomes of those lines that have one, values included: ask for a few at a time. */
    Map<JournaledLine, Answer> find(Collection<JournaledLine> lines) {
        return asking(
                () -> {
                    var byJob = new HashMap<String, StoredResult>();
                    for (StoredResult result : store.findAll(jobIds(lines))) {
                        byJob.put(result.view().jobId(), result);
                    }
                    var answers = new HashMap<JournaledLine, Answer>();
                    for (JournaledLine line : lines) {
                        StoredResult result = byJob.get(line.jobId());
                        if (result != null && isResult(result.view(), line)) {
                            answers.put(line, new Answer.Result(result));
                        } else {
                            letter(line).ifPresent(it -> answers.put(line, new Answer.Letter(it)));
                        }
                    }
                    return answers;
                });
    }

    /** Whether anything of a batch of this name is stored, of whatever tenant. */
    boolean hasBatch(String name) {
        return asking(() -> store.hasBatch(name));
    }

    /** All cost events of the jobs of these lines. */
    List<StoredCost> costs(Collection<JournaledLine> lines) {
        return asking(() -> store.costs(jobIds(lines)));
    }

    /**
     * A repeat may have the number of the line that it repeats, in another file that names the same
     * batch: its own dead letter goes before that line's result.
     */
    private boolean isResult(ResultView view, JournaledLine line) {
        return view.line() != null
                && view.line() == line.line()
                && !(line.repeat() && letter(line).isPresent());
    }

    private Optional<StoredDeadLetter> letter(JournaledLine line) {
        return asking(() -> store.findDeadLetter(line.batch(), line.line()))
                .filter(it -> line.repeat() || !Duplicates.isDuplicate(it.letter().reason()));
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

    private interface Question<T> {
        T ask() throws DatabaseException;
    }

    private static <T> T asking(Question<T> question) {
        try {
            return question.ask();
        } catch (DatabaseException e) {
            throw new RunFailure("The results cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
