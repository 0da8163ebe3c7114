package dev.millrace.gateway.publish;

import dev.millrace.gateway.publish.input.BatchInputs;
import dev.millrace.gateway.publish.input.InputCheck;
import dev.millrace.gateway.publish.input.LineSource;
import dev.millrace.gateway.publish.input.ResultsDeletedException;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.BatchFacts.Published;
import dev.millrace.gateway.submission.BatchRecords;
import dev.millrace.gateway.submission.FactStore;
import dev.millrace.gateway.submission.Submission;
import dev.millrace.gateway.submission.SubmissionClients;
import dev.millrace.gateway.submission.Submitter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Checks and publishes the batches whose submissions this member of the group owns, one after
 * another, in small steps between two polls. Tenants take turns.
 *
 * <p>Facts are written before their commit. After a crash in between, the successor writes the
 * facts again.
 *
 * <p>A batch is moved behind the others and retried later if its files cannot be read, if its
 * request topic cannot be written, or if processing it fails.
 *
 * <p>Used by one thread. After any exception, such as a failure of Kafka, the session is closed,
 * and another one begins at the committed offsets.
 */
final class PublishingSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublishingSession.class);

    /** Pause of a batch that its gateway may still refuse. */
    private static final Duration ACCEPTANCE_PAUSE = Duration.ofMillis(100);

    /** Lines that are checked between two polls. */
    private static final int CHECKED_LINES = 10_000;

    /**
     * Part of the window of repeats that is left for the repetition: an hour by default, since the
     * router recognises repeats for 24 hours.
     */
    private static final int REPETITION_DIVISOR = 24;

    private final SubmissionReader submissions;
    private final TopicQueries topics;
    private final BatchTransactions transactions;
    private final BatchRecords records;
    private final BatchEnds ends;
    private final BatchInputs inputs;
    private final FactStore facts;
    private final int maxLineBytes;
    private final Duration dedupeTime;
    private final InstantSource clock;
    private @Nullable OpenBatch current;

    /**
     * The dependencies of a session.
     *
     * @param maxLineBytes maximum size of a request
     * @param repeatsWindow how long the router recognises repeated requests
     * @param maxHeld see {@link WaitingBatches}
     */
    record Parts(
            BatchInputs inputs,
            FactStore facts,
            int maxLineBytes,
            Duration repeatsWindow,
            int maxHeld,
            InstantSource clock) {}

    /**
     * @param topic the topic of submissions
     * @param consumer a member of the group, closed with the session
     * @param transactions closed with the session
     * @param topics closed with the session
     */
    PublishingSession(
            String topic,
            Consumer<byte[], byte[]> consumer,
            BatchTransactions transactions,
            TopicQueries topics,
            BatchRecords records,
            Parts parts) {
        this.transactions = transactions;
        this.topics = topics;
        this.records = records;
        inputs = parts.inputs();
        facts = parts.facts();
        maxLineBytes = parts.maxLineBytes();
        Duration window = parts.repeatsWindow();
        dedupeTime = window.minus(window.dividedBy(REPETITION_DIVISOR));
        clock = parts.clock();
        submissions =
                new SubmissionReader(topic, consumer, topics, parts.maxHeld(), this::onReleased);
        ends = new BatchEnds(facts, transactions, clock, submissions::onEnded);
    }

    /**
     * Joins the group, and ends the transaction that an earlier session of this process left open.
     *
     * @throws org.apache.kafka.common.KafkaException if the topic does not exist, or Kafka does not
     *     answer
     */
    static PublishingSession open(
            String topic, SubmissionClients clients, BatchRecords records, Parts parts) {
        var topics = new AdminTopicQueries(clients.admin());
        try {
            return open(topic, clients, topics, records, parts);
        } catch (RuntimeException e) {
            topics.close();
            throw e;
        }
    }

    private static PublishingSession open(
            String topic,
            SubmissionClients clients,
            TopicQueries topics,
            BatchRecords records,
            Parts parts) {
        Consumer<byte[], byte[]> consumer = clients.consumer();
        try {
            SubmissionReader.requireTopic(consumer, topic);
            return new PublishingSession(
                    topic,
                    consumer,
                    new BatchTransactions(
                            clients.publisher(), records, BatchTransactions.MAX_LINES),
                    topics,
                    records,
                    parts);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** Polls, then takes one step of the current batch: a check of some lines or a transaction. */
    void runOnce() {
        poll();
        step();
    }

    /** Polls, which keeps the membership, and takes no step. */
    void poll() {
        transactions.onPoll(submissions.poll(current != null, clock.instant()));
    }

    /** Takes one step without a poll, under the membership that the last poll has seen. */
    void step() {
        OpenBatch batch = current;
        if (batch != null) {
            attempt(() -> checkOrPublish(batch), batch::owned);
            return;
        }
        Instant now = clock.instant();
        submissions.startRound(now).forEach(this::moveBack);
        Optional<OwnedBatch> next = submissions.next(now);
        if (next.isPresent()) {
            List<OwnedBatch> before = submissions.takeBefore(next.get());
            if (!before.isEmpty()) {
                moveBack(before);
            }
            attempt(() -> begin(next.get()), next::get);
        }
    }

    /** Moves batches of one partition behind the others. */
    private void moveBack(List<OwnedBatch> batches) {
        List<Long> offsets = transactions.moveBack(batches);
        submissions.onMoved(batches, offsets);
    }

    /** One step of a batch. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** Takes a step. A failure that concerns only the batch postpones it. */
    private void attempt(Step step, Supplier<OwnedBatch> batch) {
        try {
            step.run();
        } catch (RequestTopicException e) {
            // One try covers all of the tenant's batches.
            submissions.block(
                    batch.get().submission().tenant(),
                    clock.instant().plus(OwnedBatch.FIRST_PAUSE));
            postpone(batch.get(), e, LOG.atWarn());
        } catch (IOException e) {
            postpone(batch.get(), e, LOG.atWarn());
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            postpone(batch.get(), e, LOG.atError().setCause(e));
        }
    }

    private void checkOrPublish(OpenBatch batch) throws IOException {
        try {
            if (batch.check() != null) {
                checkSome(batch, batch.check());
            } else {
                publishSome(batch);
            }
        } catch (ResultsDeletedException e) {
            closeCurrent();
            transactions.abort();
            ends.fail(batch.owned(), "results_deleted", String.valueOf(e.getMessage()));
        }
    }

    private void postpone(OwnedBatch batch, Exception reason, LoggingEventBuilder log) {
        closeCurrent();
        transactions.abort();
        log.addKeyValue("batch", batch.submission().id())
                .addKeyValue("reason", String.valueOf(reason.getMessage()))
                .log("A batch cannot be published now; the gateway tries again");
        moveBack(List.of(batch.postpone(clock.instant())));
    }

    /** Returns the submissions that this member has read but not ended. */
    PublishingLoop.Backlog backlog() {
        OpenBatch batch = current;
        boolean isChecking = batch != null && batch.check() != null;
        return new PublishingLoop.Backlog(
                isChecking ? 1 : 0,
                batch != null && !isChecking ? 1 : 0,
                submissions.waiting(),
                submissions.postponed(),
                Stream.concat(
                                Stream.ofNullable(batch)
                                        .map(it -> it.owned().submission().createdAt()),
                                submissions.acceptedAt())
                        .min(Comparator.naturalOrder()));
    }

    /** Closes the batch of a partition that now belongs to another member. */
    private void onReleased(TopicPartition partition) {
        OpenBatch batch = current;
        if (batch != null && batch.owned().partition().equals(partition)) {
            closeCurrent();
        }
    }

    private void begin(OwnedBatch batch) throws IOException {
        Submission submission = batch.submission();
        // Read before the facts: an accepted batch has facts before it can be cancelled. So a
        // cancelled batch without facts was refused.
        boolean isCancelled = facts.isCancelled(submission);
        Optional<BatchFacts> known = facts.find(submission.tenant(), submission.id());
        Optional<Published> published = known.flatMap(BatchFacts::published);
        if (published.filter(it -> it.lines() < batch.progress().published()).isPresent()) {
            // Written by an owner that had already lost the partition.
            ends.end(batch);
        } else if (published.isPresent()) {
            ends.endAgain(batch, published.get());
        } else if (known.filter(BatchFacts::isWrong).isPresent()) {
            ends.endFailed(batch);
        } else if (isCancelled && known.isPresent()) {
            ends.end(batch);
        } else if (isCancelled) {
            ends.skipRefused(batch);
        } else if (known.isEmpty() && isBeingAccepted(submission)) {
            submissions.pause(batch, clock.instant().plus(ACCEPTANCE_PAUSE));
        } else {
            if (known.isEmpty()) {
                facts.writeCreated(submission);
            }
            open(batch, known.flatMap(BatchFacts::checked));
        }
    }

    /** Returns true while the gateway that has received the batch may still refuse it. */
    private boolean isBeingAccepted(Submission submission) {
        return clock.instant().isBefore(submission.createdAt().plus(Submitter.LONGEST_ACCEPTANCE));
    }

    private void open(OwnedBatch batch, Optional<Checked> checked) throws IOException {
        if (!batch.progress().isKnown()) {
            throw new IOException(
                    "its progress cannot be read; cancel the batch and submit the lines without a"
                            + " result again");
        }
        boolean hasBegun = batch.progress().line() > 0;
        if (!hasBegun && checked.filter(it -> isProgressLost(batch, it)).isPresent()) {
            ends.fail(
                    batch,
                    BatchFacts.PROGRESS_LOST,
                    "Kafka has deleted the gateway's offsets, so that it is not known which lines"
                            + " were published; once no further results arrive at"
                            + " /v1/batches/%s/results, submit the lines without a result in a new"
                                    .formatted(batch.submission().id())
                            + " file");
            return;
        }
        boolean isUnchecked = !hasBegun && checked.isEmpty();
        if (isUnchecked && isRepeated(batch)) {
            return;
        }
        openLines(batch, isUnchecked ? new InputCheck(batch.submission(), maxLineBytes) : null);
    }

    /**
     * Fails a retry whose lines another batch also repeats, so that no line is paid for twice. A
     * batch's record is written before this check; so of two retries accepted at one time, at least
     * one sees the other, on whichever gateways they are checked.
     */
    private boolean isRepeated(OwnedBatch batch) throws IOException {
        Submission retry = batch.submission();
        if (retry.retryOf().isEmpty()) {
            return false;
        }
        Optional<String> other = facts.retryOf(retry.tenant(), retry.retryOf().get(), retry.id());
        if (other.isPresent()) {
            ends.fail(
                    batch,
                    "already_retried",
                    "the failed lines are repeated by the batch "
                            + other.get()
                            + ", which was submitted at the same time; if that one has failed for"
                            + " the same reason, retry once more");
        }
        return other.isPresent();
    }

    /** Opens the lines of a batch from the first one, or fails a batch without its file. */
    private void openLines(OwnedBatch batch, @Nullable InputCheck check) throws IOException {
        Optional<LineSource> lines = inputs.open(batch.submission());
        if (lines.isPresent()) {
            current = new OpenBatch(batch, lines.get(), check);
        } else {
            ends.failWithoutFile(batch);
        }
    }

    /**
     * Returns true for a batch of an earlier build without a proven progress, of which the router
     * no longer recognises published lines as repeats. Whether its offset was lost cannot be known:
     * an owner that ends an older batch again commits another one.
     */
    private boolean isProgressLost(OwnedBatch batch, Checked checked) {
        Instant limit = clock.instant().minus(dedupeTime);
        return !checked.isRecorded() && !batch.isPostponed() && checked.at().isBefore(limit);
    }

    private void checkSome(OpenBatch batch, InputCheck check) throws IOException {
        Optional<Checked> result = check.check(batch.lines(), CHECKED_LINES, clock.instant());
        if (result.isEmpty()) {
            return;
        }
        closeCurrent();
        OwnedBatch owned = batch.owned();
        facts.writeChecked(owned.submission(), result.get());
        if (result.get().errors().isEmpty()) {
            openLines(owned, null);
        } else {
            ends.endFailed(owned);
        }
    }

    private void publishSome(OpenBatch batch) throws IOException {
        Submission submission = batch.owned().submission();
        if (facts.isCancelled(submission) || publishesTheRest(batch)) {
            closeCurrent();
            ends.end(batch.owned());
        }
    }

    /** Publishes the next lines, and returns true if no lines remain. */
    private boolean publishesTheRest(OpenBatch batch) throws IOException {
        topics.require(records.requestTopic(batch.owned().submission().tenant()));
        boolean isEnd = transactions.publishSome(batch);
        submissions.onPublished(batch.owned());
        return isEnd;
    }

    private void closeCurrent() {
        OpenBatch batch = current;
        current = null;
        if (batch != null) {
            try {
                batch.close();
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("batch", batch.owned().submission().id())
                        .addKeyValue("reason", e.getMessage())
                        .log("The file of a batch cannot be closed");
            }
        }
    }

    @Override
    public void close() {
        closeCurrent();
        try (submissions;
                topics) {
            transactions.close();
        }
    }
}
