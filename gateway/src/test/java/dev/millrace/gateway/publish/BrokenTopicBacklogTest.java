package dev.millrace.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.publish.PublisherSimulation.Batch;
import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A partition with more batches of a tenant with a broken topic than a gateway holds. */
@Tag("slow")
class BrokenTopicBacklogTest {
    private static final int BATCHES = 1_500;
    private static final String ALSO_BROKEN = PublisherSimulation.BROKEN + "-too";
    private static final Duration TURN = Duration.ofMillis(500);

    /** The gateway tries one of the batches again every 5 seconds. */
    private static final int TURNS_OF_A_TRY = 10;

    /** It is begun, checked, published and ended. */
    private static final int TURNS_OF_A_BATCH = 4;

    private final PublisherSimulation simulation =
            new PublisherSimulation(1, 1, 1_000, WaitingBatches.MAX_OF_PARTITION);
    private final TopicPartition partition = simulation.cluster.partitions().getFirst();

    @BeforeEach
    void start() {
        simulation.cluster.brokenTopics.add(PublisherSimulation.BROKEN);
        IntStream.range(0, BATCHES).forEach(_ -> simulation.submit(PublisherSimulation.BROKEN, 1));
        simulation.start();
        simulation.runTurns(100, TURN);
    }

    private long written(int turns) {
        long before = simulation.cluster.log.end(partition);
        simulation.runTurns(turns, TURN);
        return simulation.cluster.log.end(partition) - before;
    }

    @Test
    void isMovedOnlyOnceInVain() {
        // A batch that was tried again is one record, and a marker.
        assertThat(written(40 * TURNS_OF_A_TRY)).isLessThanOrEqualTo(2L * 41);
    }

    @Test
    void holdsUpNoOtherTenant() {
        Batch other = simulation.submit("acme", 1);

        simulation.runTurns(40, TURN);

        assertThat(simulation.hasEnded(other)).isTrue();
        assertThat(written(40 * TURNS_OF_A_TRY)).isLessThanOrEqualTo(2L * 41);
    }

    @Test
    void holdsUpNoBatchThatIsTriedAgain() {
        Batch other = simulation.submit("acme", 1);
        simulation.unreadable.add(other.submission.id());
        simulation.runTurns(40, TURN);
        assertThat(simulation.hasEnded(other)).isFalse();
        simulation.unreadable.clear();

        simulation.runTurns(60, TURN);

        assertThat(simulation.hasEnded(other)).isTrue();
    }

    @Test
    void isMovedLessAndLessOftenBesideABatchThatNeverWorks() {
        Batch other = simulation.submit("acme", 1);
        simulation.unreadable.add(other.submission.id());

        // Tried after 0, 5, 15, 35, 75, 155 and 315 s; a try moves the others up to three times.
        assertThat(written(120 * TURNS_OF_A_TRY)).isLessThan(7L * 3 * BATCHES);
    }

    @Test
    void holdsUpNoTenantWhoseTopicWorksAgain() {
        simulation.cluster.brokenTopics.add(ALSO_BROKEN);
        Batch other = simulation.submit(ALSO_BROKEN, 1);
        simulation.runTurns(40, TURN);
        assertThat(simulation.hasEnded(other)).isFalse();
        simulation.cluster.brokenTopics.remove(ALSO_BROKEN);

        simulation.runTurns(60, TURN);

        assertThat(simulation.hasEnded(other)).isTrue();
    }

    @Test
    void isPublishedOnceItsTopicWorks() {
        simulation.cluster.brokenTopics.clear();

        simulation.runTurns(TURNS_OF_A_BATCH * (BATCHES + 1), TURN);

        assertThat(simulation.cluster.log.liveKeys(partition)).isEmpty();
        assertThat(simulation.batches.values()).allMatch(it -> it.published.size() == 1);
    }
}
