package dev.millrace.standalone.run;

import dev.millrace.contracts.batch.BatchManifest;
import dev.millrace.contracts.control.ControlKey.BatchLimit;
import dev.millrace.contracts.digest.Sha256;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.batch.SubmissionCounter;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.run.OutcomeLookup.Status;
import dev.millrace.standalone.run.estimate.JobCost;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.LineKey;
import dev.millrace.standalone.run.journal.PlannedLine;
import dev.millrace.standalone.run.journal.PlannedLine.Action;
import dev.millrace.standalone.run.journal.RunPlan;
import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import dev.millrace.standalone.run.journal.RunPlan.KnownLine;
import dev.millrace.standalone.run.journal.RunPlan.PlannedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the input and decides for each line whether to publish it, wait for it or reuse its stored
 * outcome. Also collects the models and batches of the lines. Memory does not grow with the input:
 * the planned lines go to the journal page by page.
 */
final class LinePlanner {
    private static final int PAGE = 500;

    /** Size in bytes after which a page ends; its last line can exceed it by up to 16 MiB. */
    private static final long PAGE_BYTES = 8L * 1024 * 1024;

    private final RunSettings settings;
    private final InputSummary input;
    private final RunPlan plan;
    private final OutcomeLookup outcomes;
    private final RunProgress progress;
    private final List<PlannedFile> files;
    private final Set<Long> reusing = new HashSet<>();
    private final Set<String> models = new HashSet<>();
    private final Set<BatchLimit> batches = new HashSet<>();
    private final Map<Long, SubmissionCounter> submissions = new HashMap<>();
    private final Map<Long, LineCount> counts = new HashMap<>();
    private long lines;

    /**
     * @param canonicalDigest reads the digest of the keys of all lines of a file, by its index
     */
    LinePlanner(
            RunSettings settings,
            InputSummary input,
            RunPlan plan,
            OutcomeLookup outcomes,
            RunProgress progress,
            IntFunction<byte[]> canonicalDigest) {
        this.settings = settings;
        this.input = input;
        this.plan = plan;
        this.outcomes = outcomes;
        this.progress = progress;
        var identities = new ArrayList<FileIdentity>();
        for (int i = 0; i < settings.files().size(); i++) {
            InputFile file = settings.files().get(i);
            identities.add(new FileIdentity(file.path(), file.name(), input.digests().get(i)));
        }
        String reused = settings.reuse() instanceof Reuse.Batch(String name) ? name : null;
        files = plan.registerFiles(identities, canonicalDigest, reused);
        for (PlannedFile each : files) {
            if (each.reusedBatch() != null) {
                reusing.add(each.id());
            }
        }
    }

    /** Number of lines of a file, and of lines whose outcomes are reused. */
    private record LineCount(long lines, long reused) {
        LineCount plus(boolean isReused) {
            return new LineCount(lines + 1, reused + (isReused ? 1 : 0));
        }
    }

    /** A line of the input and its plan. */
    record PlannedInput(PlannedLine planned, ParsedLine source) {}

    /** Receives the planned lines in input order, as soon as the plan has them. */
    interface PageHandler {
        /** Handles a page of lines; returns true to continue reading. */
        boolean handle(List<PlannedInput> page);
    }

    private record InputLine(long file, ParsedLine source, byte[] key, @Nullable KnownLine known) {
        long number() {
            return source.source().number();
        }
    }

    /** Returns true if no earlier run has read any of the files, so that every line is new. */
    boolean hasOnlyNewFiles() {
        return files.stream().allMatch(PlannedFile::isNew);
    }

    /** Returns messages about files whose content is known under another name. */
    List<String> renamed() {
        var messages = new ArrayList<String>();
        for (int i = 0; i < files.size(); i++) {
            String former = files.get(i).formerName();
            if (former != null) {
                messages.add(
                        settings.files().get(i).name()
                                + " has the content of "
                                + former
                                + ", whose answers are reused; --fresh calls again");
            }
        }
        return messages;
    }

    /** Returns messages about changed files, after all lines are planned. */
    List<String> changed() {
        var messages = new ArrayList<String>();
        for (int i = 0; i < files.size(); i++) {
            var count = counts.getOrDefault(files.get(i).id(), new LineCount(0, 0));
            if (files.get(i).reusedBatch() != null) {
                messages.add(reused(settings.files().get(i), files.get(i), count));
            } else if (files.get(i).isChanged() && count.reused > 0) {
                messages.add(
                        String.format(
                                Locale.ROOT,
                                "%s has changed; the answers of %,d of its %,d lines are reused;"
                                        + " --fresh calls again",
                                settings.files().get(i).name(),
                                count.reused,
                                count.lines));
            }
        }
        return messages;
    }

    /**
     * Returns a message about a file that gets answers of another batch.
     *
     * @throws UserError if the batch has no answer for it
     */
    private static String reused(InputFile file, PlannedFile planned, LineCount count) {
        if (count.reused == 0) {
            throw UserError.usage(
                    "--reuse: batch %s has no answer for any line of %s; run it without --reuse"
                            .formatted(planned.reusedBatch(), file.name()));
        }
        return String.format(
                Locale.ROOT,
                "%,d of the %,d lines of %s get their answers from batch %s",
                count.reused,
                count.lines,
                file.name(),
                planned.reusedBatch());
    }

    /** Returns the ids of the files in the plan, in input order. */
    List<Long> fileIds() {
        return files.stream().map(PlannedFile::id).toList();
    }

    /** Returns the models named by planned lines without an outcome. */
    Set<String> models() {
        return models;
    }

    /** Returns the batches of the lines that have no outcome, among the lines planned so far. */
    Set<BatchLimit> batches() {
        return batches;
    }

    /**
     * Returns the manifests of all lines planned so far, published by this run or an earlier one,
     * except lines of the batches of other files. A file is one submission, whose number of lines a
     * later run can raise.
     */
    List<BatchManifest> manifests(Instant start, String submittedBy) {
        var manifests = new ArrayList<BatchManifest>();
        for (int i = 0; i < files.size(); i++) {
            InputFile file = settings.files().get(i);
            SubmissionCounter counter = submissions.get(files.get(i).id());
            if (counter != null) {
                manifests.addAll(counter.manifests(file.path(), file.name(), start, submittedBy));
            }
        }
        return manifests;
    }

    /**
     * Reads and plans the input.
     *
     * @throws IOException if a file cannot be read
     * @throws UserError if a file has changed since the input summary was read
     */
    void plan(PageHandler handler) throws IOException {
        boolean continues = true;
        for (int i = 0; i < files.size() && continues; i++) {
            continues = planFile(i, handler);
        }
    }

    private boolean planFile(int index, PageHandler handler) throws IOException {
        InputFile file = settings.files().get(index);
        MessageDigest digest = Sha256.create();
        MessageDigest keys = Sha256.create();
        var content = new DigestInputStream(Files.newInputStream(file.content()), digest);
        try (var reader = BatchFileReader.open(file.name(), content, settings.maxLineBytes())) {
            boolean continues = planLines(files.get(index).id(), reader, handler, keys);
            boolean isWhole = continues && lines < settings.limit();
            if (isWhole && !MessageDigest.isEqual(digest.digest(), input.digests().get(index))) {
                plan.rollBack(files.get(index).id());
                throw UserError.failure(
                        file.name() + " changed while it was being read; run the command again");
            }
            if (isWhole) {
                plan.recordCanonical(files.get(index).id(), keys.digest());
            }
            return continues;
        }
    }

    private boolean planLines(
            long file, BatchFileReader reader, PageHandler handler, MessageDigest keys)
            throws IOException {
        var page = new ArrayList<InputLine>(PAGE);
        long bytes = 0;
        boolean continues = true;
        BatchLine line = next(reader);
        while (line != null && continues) {
            ParsedLine parsed = ParsedLine.of(line);
            byte[] key = LineKey.of(parsed);
            keys.update(key);
            page.add(new InputLine(file, parsed, key, plan.match(file, key).orElse(null)));
            bytes += line.bytes().length;
            line = next(reader);
            if (page.size() == PAGE || bytes >= PAGE_BYTES || line == null) {
                continues = handler.handle(planPage(page));
                page.clear();
                bytes = 0;
            }
        }
        return continues;
    }

    private @Nullable BatchLine next(BatchFileReader reader) throws IOException {
        if (lines == settings.limit()) {
            return null;
        }
        BatchLine line = reader.next();
        lines += line == null ? 0 : 1;
        return line;
    }

    private List<PlannedInput> planPage(List<InputLine> page) {
        List<JournaledLine> known =
                page.stream()
                        .map(InputLine::known)
                        .filter(Objects::nonNull)
                        .map(it -> it.line())
                        .toList();
        Map<JournaledLine, Status> statuses = known.isEmpty() ? Map.of() : outcomes.statuses(known);
        var result = new ArrayList<PlannedInput>(page.size());
        for (InputLine line : page) {
            PlannedLine planned = planLine(line, statuses);
            record(planned, line);
            if (statuses.get(planned.line()) == Status.REJECTED) {
                progress.onRejected(planned.line().batch(), planned.line().line());
            }
            result.add(new PlannedInput(planned, line.source));
        }
        learnCosts(result);
        return result;
    }

    /** Adds the costs of reused outcomes to the estimate. */
    private void learnCosts(List<PlannedInput> page) {
        var wanted = new HashMap<JobId, PlannedInput>();
        for (PlannedInput line : page) {
            String jobId = line.planned.line().jobId();
            if (line.planned.action() == Action.REUSE
                    && jobId != null
                    && progress.estimate().wants(new JobId(jobId))) {
                wanted.put(new JobId(jobId), line);
            }
        }
        if (!wanted.isEmpty()) {
            JobCost.ofEnded(
                            outcomes.costs(
                                    wanted.values().stream().map(it -> it.planned.line()).toList()))
                    .forEach((id, cost) -> learn(id, wanted.get(id), cost));
        }
    }

    private void learn(JobId id, @Nullable PlannedInput line, JobCost cost) {
        if (line != null
                && line.source.parsed() instanceof ParseResult.Accepted(RequestLine request)) {
            String tenant = line.source.tenant(settings.boundTenant());
            progress.estimate().learn(id, tenant, request, cost);
        }
    }

    private PlannedLine planLine(InputLine line, Map<JournaledLine, Status> statuses) {
        KnownLine known = line.known();
        if (known == null) {
            return submit(line);
        }
        if (reusing.contains(line.file)) {
            return planReuse(line, known, statuses);
        }
        return switch (statuses.getOrDefault(known.line(), Status.PENDING)) {
            case SUCCEEDED, DEAD_LETTER -> plan.keep(known, line.number(), Action.REUSE);
            case FAILED ->
                    settings.retryFailed()
                            ? submit(line)
                            : plan.keep(known, line.number(), Action.REUSE);
            case OVERWRITTEN -> submit(line);
            case PENDING, REJECTED -> planPending(line, known);
        };
    }

    /**
     * Reuses only the answer to a job of the same tenant, with which its id is computed. A failed
     * job of the other batch is called again.
     */
    private PlannedLine planReuse(
            InputLine line, KnownLine known, Map<JournaledLine, Status> statuses) {
        if (!Objects.equals(known.line().jobId(), jobId(line, known.line().batch()))) {
            return submit(line);
        }
        return switch (statuses.getOrDefault(known.line(), Status.PENDING)) {
            case SUCCEEDED -> plan.keep(known, line.number(), Action.REUSE);
            case PENDING, REJECTED -> planPending(line, known);
            case FAILED, DEAD_LETTER, OVERWRITTEN -> submit(line);
        };
    }

    private PlannedLine planPending(InputLine line, KnownLine known) {
        if (!plan.addAwaited(known)) {
            return plan.keep(known, line.number(), Action.REUSE);
        }
        return known.line().isPublished()
                ? plan.keep(known, line.number(), Action.WAIT)
                : plan.republish(known, line.number(), jobId(line, known.line().batch()));
    }

    private PlannedLine submit(InputLine line) {
        return plan.submit(
                line.file,
                line.key,
                line.known,
                line.number(),
                line.source.options().batch(),
                batch -> jobId(line, batch));
    }

    private @Nullable String jobId(InputLine line, String batch) {
        JobId jobId = line.source.jobId(settings.boundTenant(), batch);
        return jobId == null ? null : jobId.value();
    }

    private void record(PlannedLine planned, InputLine line) {
        JournaledLine target = planned.line();
        if (!plan.isOfOtherFile(line.file, target)) {
            submissions
                    .computeIfAbsent(line.file, _ -> new SubmissionCounter())
                    .onLine(
                            line.source.tenant(settings.boundTenant()),
                            target.batch(),
                            line.source.model());
        }
        boolean isReused = planned.action() == Action.REUSE;
        counts.merge(
                line.file, new LineCount(0, 0).plus(isReused), (count, _) -> count.plus(isReused));
        progress.onPlanned(isReused);
        if (isReused) {
            return;
        }
        progress.addPending(target.batch(), target.line(), target.isRepeat());
        batches.add(new BatchLimit(line.source.tenant(settings.boundTenant()), target.batch()));
        if (line.source.parsed() instanceof ParseResult.Accepted(RequestLine request)) {
            ProviderReadiness.names(request).forEach(models::add);
            if (target.jobId() != null && !target.isRepeat()) {
                progress.estimate()
                        .onPlanned(
                                new JobId(target.jobId()),
                                line.source.tenant(settings.boundTenant()),
                                request);
            }
        }
    }
}
