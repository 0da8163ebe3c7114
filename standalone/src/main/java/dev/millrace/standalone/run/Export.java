package dev.millrace.standalone.run;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.store.StoredCost;
import dev.millrace.standalone.run.Answers.Answer;
import dev.millrace.standalone.run.journal.Fate;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.PlannedLine;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes the results of a run in input order and sums it up on the way, a few lines at a time.
 * {@link Waiting} decides what happens about a line that has no outcome, or whose cost is not
 * stored yet.
 */
final class Export {
    /** Values of up to 16 MiB each are held at once. */
    private static final int PAGE = 16;

    private final Answers answers;
    private final Map<Long, String> fileNames;
    private final Waiting waiting;
    private final Tally tally = new Tally();

    /** What to do about something that is not in the store. */
    interface Waiting {
        /**
         * Waits a little for it.
         *
         * @return whether to look again; otherwise the export goes on without it
         */
        boolean forMore();
    }

    Export(Answers answers, Map<Long, String> fileNames, Waiting waiting) {
        this.answers = answers;
        this.fileNames = fileNames;
        this.waiting = waiting;
    }

    /** Writes one line of JSON for each line of the plan that has a result. */
    Tally write(PlanCursor plan, OutputStream out) throws IOException {
        for (List<PlannedLine> page = plan.next(PAGE); !page.isEmpty(); page = plan.next(PAGE)) {
            Map<JournaledLine, Answer> found = find(page);
            for (PlannedLine line : page) {
                Answer answer = found.get(line.line());
                if (answer != null) {
                    write(line, answer, out);
                }
            }
            sumCosts(page, found);
        }
        return tally;
    }

    /** Repeats of one number in files that name the same batch are equal lines. */
    private Map<JournaledLine, Answer> find(List<PlannedLine> page) {
        Set<JournaledLine> lines =
                page.stream().map(PlannedLine::line).collect(Collectors.toUnmodifiableSet());
        Map<JournaledLine, Answer> found = answers.find(lines);
        while (found.size() < lines.size() && waiting.forMore()) {
            found = answers.find(lines);
        }
        return found;
    }

    private void write(PlannedLine line, Answer answer, OutputStream out) throws IOException {
        boolean reused = line.fate() == Fate.REUSE;
        switch (answer) {
            case Answer.Result(var stored) -> {
                out.write(stored.value());
                out.write('\n');
                ResultView view = stored.view();
                tally.onResult(
                        new Tally.Line(
                                view.errorCode(),
                                view.model(),
                                reused,
                                view.costUsd(),
                                view.attempts(),
                                view.upstreamMs(),
                                view.queuedMs()));
            }
            case Answer.Letter(var stored) -> {
                DeadLetter letter = stored.letter();
                tally.onDeadLetter(
                        new Summary.Letter(
                                fileNames.getOrDefault(line.file(), "?"),
                                line.sourceLine(),
                                letter.reason(),
                                letter.message()),
                        reused);
            }
        }
    }

    private void sumCosts(List<PlannedLine> page, Map<JournaledLine, Answer> found) {
        List<JournaledLine> called =
                page.stream()
                        .filter(line -> line.fate() != Fate.REUSE)
                        .map(PlannedLine::line)
                        .filter(line -> found.get(line) instanceof Answer.Result)
                        .toList();
        List<StoredCost> events = answers.costs(called);
        long jobs = called.stream().map(JournaledLine::jobId).distinct().count();
        while (settled(events).size() < jobs && waiting.forMore()) {
            events = answers.costs(called);
        }
        for (StoredCost event : events) {
            boolean counts = event.kind() == CostKind.BILLED || event.kind() == CostKind.UNCERTAIN;
            if (counts && event.model() != null) {
                tally.onCost(
                        event.model(),
                        event.usage(),
                        event.costUsd(),
                        event.kind() == CostKind.UNCERTAIN);
            }
        }
    }

    private static Set<JobId> settled(List<StoredCost> events) {
        var jobs = new HashSet<JobId>();
        for (StoredCost event : events) {
            if (event.isFinal()) {
                jobs.add(event.jobId());
            }
        }
        return jobs;
    }
}
