package dev.millrace.standalone.run.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.run.journal.PlannedLine.Action;
import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans runs in a journal as {@code millrace run} does. */
final class JournalFixture {
    static final String NOW = "2026-11-20T06:00:00Z";
    static final Duration REPEATS_WINDOW = Duration.ofHours(24);

    private JournalFixture() {}

    static String line(String customId, String content) {
        return """
        {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"auto","content":"%s"}}"""
                .formatted(customId, content);
    }

    static ParsedLine parse(long number, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ParsedLine.of(new BatchLine(number, bytes, bytes.length));
    }

    static @Nullable String jobId(ParsedLine parsed, String batch) {
        JobId jobId = parsed.jobId(null, batch);
        return jobId == null ? null : jobId.value();
    }

    static FileIdentity identity(String path, String content) {
        return new FileIdentity(
                path, Path.of(path).getFileName().toString(), content.getBytes(UTF_8));
    }

    static RunPlan newPlan(RunJournal journal, String now) {
        return journal.newPlan(Instant.parse(now), REPEATS_WINDOW, _ -> false);
    }

    static long file(RunPlan plan, String path, String content) {
        return plan.registerFiles(List.of(identity(path, content)), _ -> new byte[0], null)
                .getFirst()
                .id();
    }

    /** Plans a run that finds no outcome for any known line, and commits the plan. */
    static List<PlannedLine> run(RunJournal journal, String file, List<String> lines) {
        try (RunPlan plan = newPlan(journal, NOW)) {
            var planned = plan(plan, file, lines, Action.WAIT);
            plan.commit();
            return planned;
        }
    }

    static List<PlannedLine> plan(
            RunPlan plan, String file, List<String> lines, Action actionForKnown) {
        long id = file(plan, "/data/" + file, lines.toString());
        var planned = new ArrayList<PlannedLine>();
        for (int i = 0; i < lines.size(); i++) {
            long number = i + 1L;
            ParsedLine parsed = parse(number, lines.get(i));
            planned.add(
                    plan.match(id, LineKey.of(parsed))
                            .map(known -> plan.keep(known, number, actionForKnown))
                            .orElseGet(() -> submit(plan, id, parsed)));
        }
        return planned;
    }

    static PlannedLine submit(RunPlan plan, long file, ParsedLine parsed) {
        return plan.submit(
                file,
                LineKey.of(parsed),
                null,
                parsed.source().number(),
                null,
                batch -> jobId(parsed, batch));
    }

    /** Submits a known line again. */
    static PlannedLine resubmit(RunPlan plan, long file, ParsedLine parsed) {
        byte[] key = LineKey.of(parsed);
        var known = plan.match(file, key).orElseThrow();
        return plan.submit(
                file, key, known, parsed.source().number(), null, batch -> jobId(parsed, batch));
    }
}
