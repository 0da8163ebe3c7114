package dev.millrace.gateway.publish;

import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.BatchFacts.Published;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.LineError;
import dev.millrace.gateway.submission.Submission;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends batches: writes the last fact, then commits the transaction that moves on to the next
 * submission. After a crash in between, a successor does both again. Used by one thread.
 */
final class BatchEnds {
    private static final Logger LOG = LoggerFactory.getLogger(BatchEnds.class);

    private final FactStore facts;
    private final BatchTransactions transactions;
    private final InstantSource clock;
    private final Consumer<OwnedBatch> onEnded;

    /**
     * @param onEnded is called after each end
     */
    BatchEnds(
            FactStore facts,
            BatchTransactions transactions,
            InstantSource clock,
            Consumer<OwnedBatch> onEnded) {
        this.facts = facts;
        this.transactions = transactions;
        this.clock = clock;
        this.onEnded = onEnded;
    }

    /** Ends a batch that has no more lines to publish. */
    void end(OwnedBatch batch) throws IOException {
        Submission submission = batch.submission();
        long lines = batch.progress().published();
        facts.writePublished(submission, new Published(clock.instant(), lines));
        commit(batch, lines);
        LOG.atInfo()
                .addKeyValue("batch", submission.id())
                .addKeyValue("lines", lines)
                .log("A batch is published");
    }

    /** Commits the end of a batch whose previous owner died after writing its last fact. */
    void endAgain(OwnedBatch batch, Published published) throws IOException {
        commit(batch, published.lines());
    }

    private void commit(OwnedBatch batch, long lines) throws IOException {
        transactions.end(batch, lines, models(batch.submission()));
        onEnded.accept(batch);
    }

    private Set<String> models(Submission submission) throws IOException {
        return facts.find(submission.tenant(), submission.id())
                .flatMap(BatchFacts::checked)
                .map(Checked::models)
                .orElse(Set.of());
    }

    /** Skips a refused batch, whose client has been informed of the refusal. */
    void skipRefused(OwnedBatch batch) {
        skip(batch);
    }

    private void skip(OwnedBatch batch) {
        transactions.skip(batch);
        onEnded.accept(batch);
    }

    /** Fails a batch because of an error that concerns no single line. */
    void fail(OwnedBatch batch, String code, String message) throws IOException {
        facts.writeFailed(
                batch.submission(),
                new Checked(
                        clock.instant(),
                        batch.progress().published(),
                        List.of(LineError.file(code, message))));
        endFailed(batch);
    }

    /** Fails a batch whose file was deleted. */
    void failWithoutFile(OwnedBatch batch) throws IOException {
        long published = batch.progress().published();
        String rest =
                published == 0
                        ? ""
                        : "; %d lines were published before, and their results can be read"
                                .formatted(published);
        fail(
                batch,
                "invalid_input_file",
                "the file " + batch.submission().inputFile() + " does not exist any more" + rest);
    }

    /** Ends a batch whose errors are stored. Already published lines get a manifest. */
    void endFailed(OwnedBatch batch) throws IOException {
        long published = batch.progress().published();
        if (published > 0) {
            facts.writePublished(batch.submission(), new Published(clock.instant(), published));
            commit(batch, published);
        } else {
            skip(batch);
        }
    }
}
