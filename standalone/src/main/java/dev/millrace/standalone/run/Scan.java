package dev.millrace.standalone.run;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.run.Answers.State;
import dev.millrace.standalone.run.journal.Fate;
import dev.millrace.standalone.run.journal.FileIdentity;
import dev.millrace.standalone.run.journal.Generation;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.LineKey;
import dev.millrace.standalone.run.journal.PlannedFile;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the input and decides line by line whether it is to be published, waited for or taken from
 * the store, and learns which models are asked for. Memory does not grow with the input: what is
 * decided goes into the journal, page by page.
 */
final class Scan {
    private static final int PAGE = 500;

    /** Lines may have 16 MiB each: a page ends with the one that goes beyond this. */
    private static final long PAGE_BYTES = 8L * 1024 * 1024;

    private final RunSettings settings;
    private final Survey survey;
    private final RunPlan plan;
    private final Answers answers;
    private final Progress progress;
    private final List<PlannedFile> files;
    private final Set<String> models = new HashSet<>();
    private final Set<Generation> moved = new HashSet<>();
    private final Map<Generation, Long> lastPublished = new HashMap<>();
    private long lines;

    Scan(RunSettings settings, Survey survey, RunPlan plan, Answers answers, Progress progress) {
        this.settings = settings;
        this.survey = survey;
        this.plan = plan;
        this.answers = answers;
        this.progress = progress;
        var identities = new ArrayList<FileIdentity>();
        for (int i = 0; i < settings.files().size(); i++) {
            InputFile file = settings.files().get(i);
            identities.add(new FileIdentity(file.path(), file.name(), survey.digests().get(i)));
        }
        files = plan.files(identities);
    }

    /**
     * What was found.
     *
     * @param models names of models, as the lines say them, whose jobs are to be called
     * @param moved generations of which "all up to here" cannot be said: with lines that stand at
     *     other places now than when they were submitted, or that are no longer there
     */
    record Found(Set<String> models, Set<Generation> moved) {}

    /** A line and what is to be done with it. */
    record Decided(PlannedLine planned, ParsedLine line) {}

    /** Takes the lines of the input in their order, as soon as they are in the plan. */
    interface Taker {
        /** Takes some lines; returns whether to read on. */
        boolean take(List<Decided> page);
    }

    private record Line(
            long file, ParsedLine line, byte[] key, RunPlan.@Nullable Occurrence known) {
        long number() {
            return line.source().number();
        }
    }

    /** Whether no earlier run has read any of the files: each line is to be published. */
    boolean isAllNew() {
        return files.stream().allMatch(PlannedFile::isNew);
    }

    /** The ids of the files in the plan, in the order of the input. */
    List<Long> fileIds() {
        return files.stream().map(PlannedFile::id).toList();
    }

    /**
     * Reads the input and fills the plan.
     *
     * @throws IOException when a file cannot be read
     * @throws RunFailure when a file is not what the survey has read
     */
    Found read(Taker taker) throws IOException {
        boolean goesOn = true;
        for (int i = 0; i < files.size() && goesOn; i++) {
            goesOn = read(i, taker);
        }
        lastPublished.forEach(this::findGap);
        return new Found(Set.copyOf(models), Set.copyOf(moved));
    }

    private boolean read(int index, Taker taker) throws IOException {
        InputFile file = settings.files().get(index);
        MessageDigest digest = InputFile.digest();
        var content = new DigestInputStream(Files.newInputStream(file.content()), digest);
        try (var reader = new BatchFileReader(content, settings.maxLineBytes())) {
            boolean goesOn = read(files.get(index).id(), reader, taker);
            boolean isWhole = goesOn && lines < settings.limit();
            if (isWhole && !MessageDigest.isEqual(digest.digest(), survey.digests().get(index))) {
                plan.abandon(files.get(index).id());
                throw new RunFailure(
                        file.name() + " has changed while it was read; run it again", null);
            }
            return goesOn;
        }
    }

    /** A line that was never published and is not in the file now may come back in a later run. */
    private void findGap(Generation generation, long lastLine) {
        if (plan.hasUnmet(generation, lastLine)) {
            moved.add(generation);
        }
    }

    private boolean read(long file, BatchFileReader reader, Taker taker) throws IOException {
        var page = new ArrayList<Line>(PAGE);
        long bytes = 0;
        boolean goesOn = true;
        BatchLine line = next(reader);
        while (line != null && goesOn) {
            ParsedLine parsed = ParsedLine.of(line);
            byte[] key = LineKey.of(parsed);
            page.add(new Line(file, parsed, key, plan.meet(file, key).orElse(null)));
            bytes += line.bytes().length;
            line = next(reader);
            if (page.size() == PAGE || bytes >= PAGE_BYTES || line == null) {
                goesOn = taker.take(decide(page));
                page.clear();
                bytes = 0;
            }
        }
        return goesOn;
    }

    private @Nullable BatchLine next(BatchFileReader reader) throws IOException {
        if (lines == settings.limit()) {
            return null;
        }
        BatchLine line = reader.next();
        lines += line == null ? 0 : 1;
        return line;
    }

    private List<Decided> decide(List<Line> page) {
        List<JournaledLine> known =
                page.stream()
                        .map(Line::known)
                        .filter(Objects::nonNull)
                        .map(it -> it.line())
                        .toList();
        Map<JournaledLine, State> states = known.isEmpty() ? Map.of() : answers.states(known);
        var decided = new ArrayList<Decided>(page.size());
        for (Line line : page) {
            PlannedLine planned = decide(line, states);
            record(planned, line);
            decided.add(new Decided(planned, line.line));
        }
        return decided;
    }

    private PlannedLine decide(Line line, Map<JournaledLine, State> states) {
        var occurrence = line.known();
        if (occurrence == null) {
            return submit(line);
        }
        return switch (states.getOrDefault(occurrence.line(), State.PENDING)) {
            case SUCCEEDED, DEAD -> plan.keep(occurrence, line.number(), Fate.REUSE);
            case FAILED ->
                    settings.retryFailed()
                            ? submit(line)
                            : plan.keep(occurrence, line.number(), Fate.REUSE);
            case OVERWRITTEN -> submit(line);
            case PENDING ->
                    occurrence.line().published()
                            ? plan.keep(occurrence, line.number(), Fate.WAIT)
                            : plan.resume(
                                    occurrence,
                                    line.number(),
                                    jobId(line, occurrence.line().batch()));
        };
    }

    private PlannedLine submit(Line line) {
        return plan.submit(
                line.file,
                line.key,
                line.known,
                line.number(),
                line.line.options().batch(),
                batch -> jobId(line, batch));
    }

    private @Nullable String jobId(Line line, String batch) {
        JobId jobId = line.line.jobId(settings.boundTenant(), batch);
        return jobId == null ? null : jobId.value();
    }

    private void record(PlannedLine planned, Line line) {
        JournaledLine name = planned.line();
        progress.onLine(planned.fate() == Fate.REUSE);
        if (planned.fate() == Fate.REUSE) {
            return;
        }
        progress.await(name.batch(), name.line(), name.repeat());
        if (planned.fate() == Fate.PUBLISH) {
            lastPublished.merge(planned.generation(), name.line(), Math::max);
        }
        if (name.line() != planned.sourceLine()) {
            moved.add(planned.generation());
        }
        if (line.line.parsed() instanceof ParseResult.Accepted(RequestLine request)) {
            models.add(request.model());
        }
    }
}
