package dev.millrace.standalone.retry;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.results.BatchKey;
import dev.millrace.results.ResultStore;
import dev.millrace.standalone.run.OutcomeLookup;
import dev.millrace.store.database.DatabaseException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lines of batch files whose jobs failed in a batch and, on request, dead letters that
 * have been corrected. The database cannot distinguish a corrected line from a running line: a dead
 * letter names its line number, which can occur in several files of the batch, and it stays when
 * the line is published again. Holds one page of lines in memory. Used by one thread.
 */
final class FailedLines {
    private static final int PAGE = 500;

    /** Size in bytes after which a page ends; its last line can exceed it by up to 16 MiB. */
    private static final long PAGE_BYTES = 8L * 1024 * 1024;

    private final ResultStore store;
    private final BatchKey batch;
    private final String retryBatch;
    private final @Nullable String boundTenant;
    private final int maxLineBytes;

    /**
     * @param batch batch whose failed jobs are repeated
     * @param retryBatch batch that repeats the failed jobs; lines with a result in this batch are
     *     left out
     * @param boundTenant tenant to which the request topic is bound; null if lines name their own
     */
    FailedLines(
            ResultStore store,
            BatchKey batch,
            String retryBatch,
            @Nullable String boundTenant,
            int maxLineBytes) {
        this.store = store;
        this.batch = batch;
        this.retryBatch = retryBatch;
        this.boundTenant = boundTenant;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Counts of lines in the files.
     *
     * @param failed lines whose job failed
     * @param corrected lines to publish that became a dead letter and are valid now
     * @param retried failed and corrected lines that already have a result in the retry batch
     * @param unfinished valid lines without a result, left out because they are possibly running
     * @param deadLetters unfinished lines whose number is also the number of a dead letter
     */
    record Found(long failed, long corrected, long retried, long unfinished, long deadLetters) {
        /** Returns the number of lines to publish. */
        public long toPublish() {
            return failed + corrected - retried;
        }
    }

    private enum Kind {
        FAILED,
        CORRECTED,
        UNFINISHED,
        UNFINISHED_DEAD_LETTER,
        OTHER
    }

    /**
     * Reads the files, and passes each line that is to be published to the receiver.
     *
     * @param withCorrected true to publish each valid line without a result whose number is the
     *     number of a dead letter; has no effect with several files
     */
    Found read(List<Path> files, boolean withCorrected, Consumer<ParsedLine> receiver)
            throws IOException, DatabaseException {
        var search = new Search(withCorrected && files.size() == 1, receiver);
        for (Path file : files) {
            try (var reader = BatchFileReader.open(file, maxLineBytes)) {
                for (BatchLine line = reader.next(); line != null; line = reader.next()) {
                    search.onLine(ParsedLine.of(line));
                }
            }
            search.endPage();
        }
        return search.found();
    }

    private final class Search {
        private final boolean withCorrected;
        private final Consumer<ParsedLine> receiver;
        private final List<ParsedLine> page = new ArrayList<>();
        private long pageBytes;
        private long failed;
        private long corrected;
        private long retried;
        private long unfinished;
        private long deadLetters;

        Search(boolean withCorrected, Consumer<ParsedLine> receiver) {
            this.withCorrected = withCorrected;
            this.receiver = receiver;
        }

        void onLine(ParsedLine line) throws DatabaseException {
            if (line.customId() == null || !line.tenant(boundTenant).equals(batch.tenant())) {
                return;
            }
            page.add(line);
            pageBytes += line.value().length;
            if (page.size() == PAGE || pageBytes >= PAGE_BYTES) {
                endPage();
            }
        }

        void endPage() throws DatabaseException {
            Map<JobId, ResultView> views = views(batch.batch());
            Map<JobId, ResultView> retries = views(retryBatch);
            for (ParsedLine line : page) {
                boolean isRetried = retries.containsKey(jobId(line, retryBatch));
                Kind kind = kind(line, views.get(jobId(line, batch.batch())));
                switch (kind) {
                    case FAILED -> failed++;
                    case CORRECTED -> corrected++;
                    case UNFINISHED -> unfinished++;
                    case UNFINISHED_DEAD_LETTER -> {
                        unfinished++;
                        deadLetters++;
                    }
                    case OTHER -> {}
                }
                if (kind == Kind.FAILED || kind == Kind.CORRECTED) {
                    if (isRetried) {
                        retried++;
                    } else {
                        receiver.accept(line);
                    }
                }
            }
            page.clear();
            pageBytes = 0;
        }

        private Map<JobId, ResultView> views(String name) throws DatabaseException {
            return store.views(page.stream().map(it -> jobId(it, name)).toList());
        }

        private JobId jobId(ParsedLine line, String name) {
            return Objects.requireNonNull(line.jobId(boundTenant, name));
        }

        private Kind kind(ParsedLine line, @Nullable ResultView result) throws DatabaseException {
            if (result != null) {
                boolean isOfLine = result.line() == null || result.line() == line.source().number();
                return isOfLine && result.errorCode() != null ? Kind.FAILED : Kind.OTHER;
            }
            if (!(line.parsed() instanceof ParseResult.Accepted)) {
                return Kind.OTHER;
            }
            return store.findDeadLetter(batch, line.source().number())
                    .map(it -> kind(it.letter()))
                    .orElse(Kind.UNFINISHED);
        }

        private Kind kind(DeadLetter letter) {
            if (OutcomeLookup.isDuplicate(letter.reason())) {
                return Kind.OTHER;
            }
            return withCorrected ? Kind.CORRECTED : Kind.UNFINISHED_DEAD_LETTER;
        }

        Found found() {
            return new Found(failed, corrected, retried, unfinished, deadLetters);
        }
    }
}
