package dev.millrace.standalone.run;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.job.JobId;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.fingerprint.FingerprintTable;
import dev.millrace.standalone.run.OutcomeLookup.Status;
import dev.millrace.standalone.run.journal.JournaledLine;
import dev.millrace.standalone.run.journal.KnownLineMatcher;
import dev.millrace.standalone.run.journal.RunJournal;
import dev.millrace.standalone.run.journal.RunJournal.EarlierBatch;
import dev.millrace.standalone.run.journal.RunPlan.FileIdentity;
import dev.millrace.store.database.Database;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the answers that an earlier batch has for the lines of a new file, before a run pays for
 * them again. Used by one thread.
 */
final class EarlierAnswers {
    private static final int PAGE = 500;

    private final RunSettings settings;
    private final RunJournal journal;
    private final OutcomeLookup outcomes;
    private final InputKeys keys;

    EarlierAnswers(
            RunSettings settings, RunJournal journal, OutcomeLookup outcomes, InputKeys keys) {
        this.settings = settings;
        this.journal = journal;
        this.outcomes = outcomes;
        this.keys = keys;
    }

    /**
     * Reads the answers for the new files of a dry run from the files of a data directory, which
     * another process can use.
     */
    static List<Answered> read(
            RunSettings settings, MillraceConfig config, Path journalFile, Path database)
            throws IOException {
        if (!Files.exists(journalFile)) {
            return List.of();
        }
        try (var journal = RunJournal.openForReading(journalFile);
                var outcomes = OutcomeLookup.openExisting(Database.sqliteUrl(database))) {
            return new EarlierAnswers(settings, journal, outcomes, new InputKeys(settings))
                    .find(InputSummary.read(settings, config).digests());
        }
    }

    /**
     * The answers of a batch for a new file.
     *
     * @param file name of the file
     * @param answered number of its lines with an answer, 1 or more
     * @param lines number of its lines
     */
    record Answered(String file, EarlierBatch batch, long answered, long lines) {
        /** Returns true if the batch has answered half of the lines or more. */
        boolean isLargePart() {
            return 2 * answered >= lines;
        }

        /** Returns a sentence without its end. */
        String text() {
            String former = batch.fileName().equals(batch.name()) ? "" : batch.fileName() + ", ";
            return String.format(
                    Locale.ROOT,
                    "%,d of the %,d lines of %s were answered in batch %s (%s%s)",
                    answered,
                    lines,
                    file,
                    batch.name(),
                    former,
                    LocalDate.ofInstant(batch.readAt(), ZoneOffset.UTC));
        }

        /** Returns what the user can do. */
        String advice() {
            return String.format(
                    Locale.ROOT,
                    "To use these answers%s, add --reuse %s. To call all %,d lines, and pay for"
                            + " them, add --no-reuse",
                    otherLines(),
                    batch.name(),
                    lines);
        }

        private String otherLines() {
            long others = lines - answered;
            if (others == 0) {
                return "";
            }
            return " and call only the "
                    + (others == 1
                            ? "other line"
                            : String.format(Locale.ROOT, "other %,d lines", others));
        }
    }

    /**
     * Returns, for each new file, the answers of the batch with the most equal lines.
     *
     * @param digests digests of the files
     */
    List<Answered> find(List<byte[]> digests) {
        var found = new ArrayList<Answered>();
        for (int i = 0; i < settings.files().size(); i++) {
            InputFile file = settings.files().get(i);
            var identity = new FileIdentity(file.path(), file.name(), digests.get(i));
            if (!journal.knows(identity)) {
                answered(i).ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<Answered> answered(int index) {
        try (var table = new FingerprintTable(journal.folder(), "--data-dir")) {
            if (journal.knows(
                    keys.read(index, (_, key) -> table.putIfAbsent(fingerprint(key), 0)))) {
                return Optional.empty();
            }
            return journal.mostEqual(table::contains)
                    .map(it -> count(index, it))
                    .filter(it -> it.answered() > 0);
        }
    }

    private static long fingerprint(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    private Answered count(int index, EarlierBatch batch) {
        try (KnownLineMatcher known = journal.linesOf(batch)) {
            var counter = new Counter(batch.file(), known);
            var _ = keys.read(index, counter::onLine);
            counter.endPage();
            return new Answered(
                    settings.files().get(index).name(), batch, counter.answered, counter.lines);
        }
    }

    /** Counts the lines within the limit of the run, and their answers. */
    private final class Counter {
        private final long file;
        private final KnownLineMatcher known;
        private final List<JournaledLine> page = new ArrayList<>();
        private long lines;
        private long answered;

        Counter(long file, KnownLineMatcher known) {
            this.file = file;
            this.known = known;
        }

        void onLine(ParsedLine line, byte[] key) {
            if (lines == settings.limit()) {
                return;
            }
            lines++;
            known.match(file, key)
                    .map(it -> it.line())
                    .filter(it -> isOfTenant(it, line))
                    .ifPresent(page::add);
            if (page.size() == PAGE) {
                endPage();
            }
        }

        /** The job id is a hash of tenant, batch and custom_id. */
        private boolean isOfTenant(JournaledLine known, ParsedLine line) {
            @Nullable JobId job = line.jobId(settings.boundTenant(), known.batch());
            return job != null && Objects.equals(job.value(), known.jobId());
        }

        void endPage() {
            answered +=
                    outcomes.statuses(page).values().stream()
                            .filter(Status.SUCCEEDED::equals)
                            .count();
            page.clear();
        }
    }
}
