package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A job topic that is deleted while calls of its jobs are in flight. */
class DeletedTopicTest {
    private static final String OTHER = "other";
    private static final String TOPIC = FakeCluster.partition(OTHER).topic();

    /** The worker asks so often which topics exist. */
    private static final Duration CHECK = Duration.ofSeconds(30);

    private final FakeCluster cluster = new FakeCluster();

    private TestWorker workerWithTwoModels() {
        cluster.jobs(0, 2);
        cluster.jobOf(OTHER, 0, 1);
        var worker =
                new TestWorker(cluster, "max_in_flight: 2", false, FakeCluster.MODEL, OTHER)
                        .owning(OTHER)
                        .owning(0);
        assertThat(worker.providers.running()).containsExactlyInAnyOrder("0-0", "other-0-0");
        return worker;
    }

    @Test
    void resultsOfOtherTopicsAreWritten() {
        var worker = workerWithTwoModels();
        cluster.deletedTopics.add(TOPIC);
        worker.providers.answer("other-0-0");
        worker.providers.answer("0-0");
        worker.turn(300);

        assertThat(cluster.resultIds()).contains("0-0");
        assertThat(worker.providers.calls).contains("0-1");
    }

    @Test
    void paidResultsOfTheDeletedTopicAreWritten() {
        var worker = workerWithTwoModels();
        cluster.deletedTopics.add(TOPIC);
        worker.providers.answer("other-0-0");
        worker.turn(300);

        assertThat(cluster.resultIds()).containsExactly("other-0-0");
    }

    @Test
    void noCallOfTheDeletedTopicStarts() {
        var worker = workerWithTwoModels();
        cluster.deletedTopics.add(TOPIC);
        cluster.jobOf(OTHER, 2, 1);
        worker.time.advance(CHECK);
        worker.turn(5);
        worker.providers.answer("0-0");
        worker.providers.answer("other-0-0");
        worker.turn(300);

        assertThat(worker.providers.calls).doesNotContain("other-0-2");
    }

    @Test
    void pausedJobsOfTheDeletedTopicAreForgotten() {
        cluster.jobOf(OTHER, 0, 1);
        var worker = new TestWorker(cluster, "", false, FakeCluster.MODEL, OTHER);
        worker.control.publish(new ControlKey.PauseTenant("t"), FakeCluster.SUBMITTED);
        worker.turn(1);
        worker.owning(OTHER);
        assertThat(pausedJobs(worker)).isOne();

        cluster.deletedTopics.add(TOPIC);
        worker.time.advance(CHECK);
        worker.turn(5);

        assertThat(pausedJobs(worker)).isZero();
    }

    private static double pausedJobs(TestWorker worker) {
        return worker.registry.get("millrace.worker.jobs.paused").gauge().value();
    }

    @Test
    void topicThatWasOnlyUnknownToOneBrokerContinuesWithoutRepeatingCalls() {
        var worker = workerWithTwoModels();
        cluster.deletedTopics.add(TOPIC);
        worker.time.advance(CHECK);
        worker.turn(5);
        worker.providers.answer("other-0-0");
        worker.turn(50);
        assertThat(cluster.resultIds()).contains("other-0-0");

        cluster.deletedTopics.clear();
        cluster.jobOf(OTHER, 2, 1);
        worker.time.advance(CHECK);
        worker.turn(50);

        assertThat(worker.providers.calls).containsOnlyOnce("other-0-0").contains("other-0-2");
    }
}
