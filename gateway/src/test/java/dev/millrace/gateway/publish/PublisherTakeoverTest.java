package dev.millrace.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.gateway.publish.PublisherSimulation.Batch;
import dev.millrace.gateway.publish.SimulatedLog.Transaction;
import dev.millrace.gateway.submission.BatchFacts;
import dev.millrace.gateway.submission.BatchFacts.Checked;
import dev.millrace.gateway.submission.BatchFacts.Published;
import dev.millrace.gateway.submission.LineError;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Gateways that take over what others have left, one situation each. */
class PublisherTakeoverTest {
    private static final Duration TURN = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int LINES = 8;
    private static final int MAX_HELD = 100;

    private final PublisherSimulation simulation = new PublisherSimulation(1, 1, 1_000, MAX_HELD);
    private final TopicPartition partition = simulation.cluster.partitions().getFirst();

    private void run() {
        simulation.start();
        simulation.runTurns(60, TURN);
    }

    private void append(ProducerRecord<byte[], byte[]> record) {
        var _ = simulation.cluster.log.append(partition, record, null);
    }

    private ProducerRecord<byte[], byte[]> postponed(Batch batch) {
        ProducerRecord<byte[], byte[]> copy = simulation.records.submission(batch.submission);
        new Postponement(simulation.now().plus(HOUR), 1, Progress.none(batch.submission.id()))
                .writeTo(copy.headers());
        return copy;
    }

    private BatchFacts facts(Batch batch) throws IOException {
        return simulation.facts.find("acme", batch.submission.id()).orElseThrow();
    }

    @Test
    void gatewayOfAnEarlierBuildFindsTheProgressInTheOffset() {
        simulation.cluster.keepsMetadata = true;
        Batch batch = simulation.submit("acme", LINES);

        simulation.publishAPart(batch);

        var offset = Objects.requireNonNull(simulation.cluster.log.committed(partition));
        long published = batch.published.size();
        assertThat(Progress.read(offset.metadata()))
                .contains(new Progress(batch.submission.id(), published, published));
    }

    @Test
    void progressOfAGatewayOfAnEarlierBuildIsContinued() {
        Batch batch = simulation.submit("acme", LINES);
        batch.published.addAll(List.of(1L, 2L));
        var progress = new Progress(batch.submission.id(), 2, 2);
        Transaction earlier = simulation.cluster.log.begin();
        earlier.offsets.put(partition, new OffsetAndMetadata(0, progress.toMetadata()));
        simulation.cluster.log.end(earlier, true);

        run();

        assertThat(batch.published).hasSize(LINES);
        assertThat(simulation.hasEnded(batch)).isTrue();
    }

    private Batch checkedByAnEarlierBuild() throws IOException {
        Batch batch = simulation.submit("acme", LINES);
        simulation.facts.writeChecked(
                batch.submission, new Checked(simulation.now(), LINES, List.of()));
        return batch;
    }

    private void assertProgressIsLost(Batch batch) throws IOException {
        assertThat(simulation.hasEnded(batch)).isTrue();
        LineError error = facts(batch).checked().orElseThrow().errors().getFirst();
        assertThat(error.code()).isEqualTo("progress_lost");
        // A failed batch cannot be retried.
        assertThat(error.message())
                .contains("/v1/batches/" + batch.submission.id() + "/results", "in a new file")
                .doesNotContain("retry");
    }

    @Test
    void lostProgressOfAGatewayOfAnEarlierBuildPaysNoLineTwice() throws IOException {
        Batch batch = checkedByAnEarlierBuild();
        batch.published.addAll(List.of(1L, 2L));
        simulation.pass(HOUR.multipliedBy(24));

        run();

        assertProgressIsLost(batch);
        assertThat(batch.published).hasSize(2);
    }

    @Test
    void progressOfAGatewayOfAnEarlierBuildIsLostAfterAShortWindowOfRepeats() throws IOException {
        simulation.repeatsWindow = HOUR;
        Batch batch = checkedByAnEarlierBuild();
        simulation.pass(HOUR);

        run();

        assertProgressIsLost(batch);
    }

    @Test
    void batchThatAnEarlierBuildHasCheckedIsPublishedWhileRepeatsAreRecognised()
            throws IOException {
        Batch batch = checkedByAnEarlierBuild();
        simulation.pass(HOUR.multipliedBy(22));

        run();

        assertThat(batch.published).hasSize(LINES);
    }

    @Test
    void batchThatAnEarlierBuildHasPostponedIsPublished() throws IOException {
        Batch batch = checkedByAnEarlierBuild();
        append(postponed(batch));
        simulation.cluster.log.compact(partition, 2, false);
        simulation.pass(HOUR.multipliedBy(24));

        run();

        assertThat(batch.published).hasSize(LINES);
    }

    @Test
    void factOfAnOwnerWithoutThePartitionHidesNoPublishedLine() throws IOException {
        Batch batch = simulation.submit("acme", LINES);
        simulation.publishAPart(batch);
        long published = batch.published.size();
        simulation.facts.writePublished(batch.submission, new Published(Instant.EPOCH, 1));

        run();

        assertThat(batch.manifests).containsExactly(published);
        assertThat(facts(batch).published().map(Published::lines)).contains(published);
    }

    @Test
    void batchWithAnUnreadableProgressWaitsAloneUntilItIsCancelled() throws IOException {
        Batch batch = simulation.submit("acme", LINES);
        var key = batch.submission.id() + "/progress";
        append(new ProducerRecord<>(partition.topic(), key.getBytes(UTF_8), new byte[] {1}));
        Batch other = simulation.submit("beta", LINES);
        run();
        assertThat(simulation.hasEnded(other)).isTrue();
        assertThat(batch.published).isEmpty();
        assertThat(simulation.hasEnded(batch)).isFalse();

        simulation.facts.writeCancelled(batch.submission, Instant.EPOCH);
        simulation.runTurns(60, TURN);

        assertThat(simulation.cluster.log.liveKeys(partition)).isEmpty();
        assertThat(batch.published).isEmpty();
    }

    /** Kafka has lost the offset between the two. */
    @Test
    void secondSubmissionOfABatchEndsWithTheFirst() {
        Batch batch = simulation.submit("acme", LINES);
        append(postponed(batch));
        Batch other = simulation.submit("beta", LINES);

        run();

        assertThat(simulation.hasEnded(other)).isTrue();
        assertThat(simulation.cluster.log.liveKeys(partition)).isEmpty();
    }

    @Test
    void partitionWithoutALeaderDelaysNoOther() {
        var two = new PublisherSimulation(1, 2, 1_000, MAX_HELD);
        List<TopicPartition> partitions = two.cluster.partitions();
        for (int i = 0; i < 10; i++) {
            var _ = two.submit("acme", 1);
        }
        assertThat(partitions).noneMatch(it -> two.cluster.log.liveKeys(it).isEmpty());
        two.cluster.leaderless.add(partitions.getLast());
        two.start();

        two.runTurns(100, TURN);

        assertThat(two.cluster.log.liveKeys(partitions.getFirst())).isEmpty();
        assertThat(two.cluster.log.liveKeys(partitions.getLast())).isNotEmpty();
        two.cluster.leaderless.clear();
        two.runTurns(100, TURN);
        assertThat(two.cluster.log.liveKeys(partitions.getLast())).isEmpty();
    }

    @Test
    void fullPartitionIsMovedBackAfterEachBatch() {
        int held = 4;
        var full = new PublisherSimulation(1, 1, 1, held);
        full.cluster.answersLater = true;
        List<Batch> batches =
                IntStream.rangeClosed(0, 4 * held).mapToObj(_ -> full.submit("acme", 60)).toList();
        Batch other = full.submit("beta", 1);
        full.start();

        for (int i = 0; i < 1_000 && !full.hasEnded(other); i++) {
            full.runTurns(1, TURN);
        }

        assertThat(full.hasEnded(other)).isTrue();
        assertThat(batches.stream().filter(full::hasEnded)).hasSizeLessThanOrEqualTo(held + 1);
    }

    @Test
    void scanWithoutAnEndIsReportedOnceAMinute() {
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        var logger = (Logger) LoggerFactory.getLogger(OwnedPartitions.class);
        logger.setLevel(Level.WARN);
        logger.addAppender(log);
        simulation.cluster.leaderless.add(partition);
        simulation.start();

        simulation.runTurns(50, TURN);
        assertThat(log.list).isEmpty();
        simulation.runTurns(50, TURN);

        logger.detachAppender(log);
        logger.setLevel(null);
        assertThat(log.list).hasSize(1);
    }
}
