package dev.millrace.standalone.run;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.results.StoredCost;
import dev.millrace.standalone.run.OutcomeLookup.Outcome;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.PlanCursor;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.PlannedLine.Action;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the results of a run in input order, a few lines at a time, and builds its summary. */
final class ResultsExport {
    /** Lines whose values, up to 16 MiB each, are held in memory at once. */
    private static final int PAGE = 16;

    private final OutcomeLookup outcomes;
    private final Map<Long, String> fileNames;
    private final StoreWait storeWait;
    private final SummaryBuilder summary = new SummaryBuilder();

    /** Decides whether to wait for an outcome or a cost event that is not in the store. */
    interface StoreWait {
        /**
         * Waits a moment for the store.
         *
         * @return true to query the store again; false to continue without the missing record
         */
        boolean waitForMore();
    }

    /**
     * Creates an export of the given outcomes.
     *
     * @param fileNames names of the files by file id
     */
    ResultsExport(OutcomeLookup outcomes, Map<Long, String> fileNames, StoreWait storeWait) {
        this.outcomes = outcomes;
        this.fileNames = fileNames;
        this.storeWait = storeWait;
    }

    /** Writes one line of JSON for each planned line with a result. */
    SummaryBuilder write(PlanCursor plan, OutputStream out) throws IOException {
        for (List<PlannedLine> page = plan.next(PAGE); !page.isEmpty(); page = plan.next(PAGE)) {
            Map<JournaledLine, Outcome> found = find(page);
            for (PlannedLine line : page) {
                Outcome outcome = found.get(line.line());
                if (outcome != null) {
                    write(line, outcome, out);
                }
            }
            addCosts(page, found);
        }
        return summary;
    }

    /** Looks up each distinct line, because repeats in several files of one batch can be equal. */
    private Map<JournaledLine, Outcome> find(List<PlannedLine> page) {
        Set<JournaledLine> lines =
                page.stream().map(PlannedLine::line).collect(Collectors.toUnmodifiableSet());
        Map<JournaledLine, Outcome> found = outcomes.find(lines);
        while (found.size() < lines.size() && storeWait.waitForMore()) {
            found = outcomes.find(lines);
        }
        return found;
    }

    private void write(PlannedLine line, Outcome outcome, OutputStream out) throws IOException {
        boolean isReused = line.action() == Action.REUSE;
        switch (outcome) {
            case Outcome.Result(var stored) -> {
                out.write(stored.value());
                out.write('\n');
                ResultView view = stored.view();
                summary.onResult(
                        new SummaryBuilder.LineResult(
                                view.errorCode(),
                                view.model(),
                                isReused,
                                view.costUsd(),
                                view.attempts(),
                                view.upstreamMs(),
                                view.queuedMs()));
            }
            case Outcome.Rejection(var stored) -> {
                DeadLetter letter = stored.letter();
                summary.onDeadLetter(
                        new Summary.DeadLetterLine(
                                fileNames.getOrDefault(line.file(), "?"),
                                line.sourceLine(),
                                letter.reason(),
                                letter.message()),
                        isReused);
            }
        }
    }

    private void addCosts(List<PlannedLine> page, Map<JournaledLine, Outcome> found) {
        List<JournaledLine> called =
                page.stream()
                        .filter(line -> line.action() != Action.REUSE)
                        .map(PlannedLine::line)
                        .filter(line -> found.get(line) instanceof Outcome.Result)
                        .toList();
        List<StoredCost> events = outcomes.costs(called);
        long jobs = called.stream().map(JournaledLine::jobId).distinct().count();
        while (jobsWithFinalCost(events).size() < jobs && storeWait.waitForMore()) {
            events = outcomes.costs(called);
        }
        events.forEach(this::addCost);
    }

    private void addCost(StoredCost event) {
        if (event.model() == null) {
            return;
        }
        switch (event.kind()) {
            case BILLED -> summary.onCost(event.model(), event.usage(), event.costUsd(), false);
            case UNCERTAIN -> summary.onCost(event.model(), event.usage(), event.costUsd(), true);
            case SAVED -> summary.onSaved(event.savedUsd());
            case NONE -> {}
        }
    }

    private static Set<JobId> jobsWithFinalCost(List<StoredCost> events) {
        var jobs = new HashSet<JobId>();
        for (StoredCost event : events) {
            if (event.isFinal()) {
                jobs.add(event.jobId());
            }
        }
        return jobs;
    }
}
