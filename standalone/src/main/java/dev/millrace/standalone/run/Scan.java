package dev.millrace.standalone.run;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Parsed;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.run.Answers.State;
import dev.millrace.standalone.run.journal.Fate;
import dev.millrace.standalone.run.journal.Generation;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.LineKey;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole input once before anything is published: decides line by line whether it is to be
 * published, waited for or taken from the store, and learns which models are asked for. Memory does
 * not grow with the input: what is decided goes into the journal, page by page.
 */
final class Scan {
    private static final int PAGE = 500;

    /** Lines may have 16 MiB each: a page ends with the one that goes beyond this. */
    private static final long PAGE_BYTES = 8L * 1024 * 1024;

    private final RunSettings settings;
    private final RunPlan plan;
    private final Answers answers;
    private final Progress progress;
    private final Set<String> models = new HashSet<>();
    private final Map<Long, String> fileNames = new LinkedHashMap<>();
    private final Set<Generation> moved = new HashSet<>();
    private final Map<Generation, Long> lastResumed = new HashMap<>();
    private long lines;
    private long toPublish;

    Scan(RunSettings settings, RunPlan plan, Answers answers, Progress progress) {
        this.settings = settings;
        this.plan = plan;
        this.answers = answers;
        this.progress = progress;
    }

    /**
     * What was found.
     *
     * @param models names of models, as the lines say them, whose jobs are to be called
     * @param fileNames by the ids of the plan, in the order of the input
     * @param moved generations of which "all up to here" cannot be said: with lines that stand at
     *     other places now than when they were submitted, or that are no longer there
     */
    record Found(
            long lines,
            long toPublish,
            Set<String> models,
            Map<Long, String> fileNames,
            Set<Generation> moved) {}

    private record Line(
            long file, ParsedLine line, byte[] key, RunPlan.@Nullable Occurrence known) {
        long number() {
            return line.source().number();
        }
    }

    /**
     * Reads the input and fills the plan.
     *
     * @throws IOException when a file cannot be read
     */
    Found read() throws IOException {
        for (InputFile file : settings.files()) {
            long id = plan.file(file.identity(), file.name());
            fileNames.put(id, file.name());
            try (var reader = BatchFileReader.open(file.content(), settings.maxLineBytes())) {
                read(id, reader);
            }
        }
        lastResumed.forEach(this::findGap);
        return new Found(
                lines,
                toPublish,
                Set.copyOf(models),
                Collections.unmodifiableMap(fileNames),
                Set.copyOf(moved));
    }

    /** A line that was never published and is not in the file now may come back in a later run. */
    private void findGap(Generation generation, long lastLine) {
        if (plan.hasUnmet(generation, lastLine)) {
            moved.add(generation);
        }
    }

    private void read(long file, BatchFileReader reader) throws IOException {
        var page = new ArrayList<Line>(PAGE);
        long bytes = 0;
        BatchLine line = next(reader);
        while (line != null) {
            ParsedLine parsed = ParsedLine.of(line);
            byte[] key = LineKey.of(parsed);
            page.add(new Line(file, parsed, key, plan.meet(file, key).orElse(null)));
            bytes += line.bytes().length;
            line = next(reader);
            if (page.size() == PAGE || bytes >= PAGE_BYTES || line == null) {
                settle(page);
                page.clear();
                bytes = 0;
            }
        }
    }

    private @Nullable BatchLine next(BatchFileReader reader) throws IOException {
        if (lines == settings.limit()) {
            return null;
        }
        BatchLine line = reader.next();
        lines += line == null ? 0 : 1;
        return line;
    }

    private void settle(List<Line> page) {
        List<JournaledLine> known =
                page.stream()
                        .map(Line::known)
                        .filter(Objects::nonNull)
                        .map(it -> it.line())
                        .toList();
        Map<JournaledLine, State> states = known.isEmpty() ? Map.of() : answers.states(known);
        for (Line line : page) {
            var occurrence = line.known();
            if (occurrence == null) {
                submit(line);
                continue;
            }
            switch (states.getOrDefault(occurrence.line(), State.PENDING)) {
                case SUCCEEDED, DEAD -> keep(line, occurrence, Fate.REUSE);
                case FAILED -> {
                    if (settings.retryFailed()) {
                        submit(line);
                    } else {
                        keep(line, occurrence, Fate.REUSE);
                    }
                }
                case PENDING ->
                        keep(
                                line,
                                occurrence,
                                occurrence.line().published() ? Fate.WAIT : Fate.PUBLISH);
            }
        }
    }

    private void keep(Line line, RunPlan.Occurrence known, Fate fate) {
        PlannedLine planned = plan.keep(known, line.number(), fate);
        if (fate == Fate.PUBLISH) {
            lastResumed.merge(planned.generation(), planned.line().line(), Math::max);
        }
        record(planned, line);
    }

    private void submit(Line line) {
        record(
                plan.submit(
                        line.file,
                        line.key,
                        line.known,
                        line.number(),
                        line.line.options().batch(),
                        batch -> {
                            JobId jobId = line.line.jobId(settings.boundTenant(), batch);
                            return jobId == null ? null : jobId.value();
                        }),
                line);
    }

    private void record(PlannedLine planned, Line line) {
        JournaledLine name = planned.line();
        progress.onLine(planned.fate() == Fate.REUSE);
        if (planned.fate() == Fate.REUSE) {
            return;
        }
        progress.await(name.batch(), name.line(), name.repeat());
        toPublish += planned.fate() == Fate.PUBLISH ? 1 : 0;
        if (name.line() != planned.sourceLine()) {
            moved.add(planned.generation());
        }
        if (line.line.parsed() instanceof Parsed.Accepted(RequestLine request)) {
            models.add(request.model());
        }
    }
}
