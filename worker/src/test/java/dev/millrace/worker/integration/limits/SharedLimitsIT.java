package dev.millrace.worker.integration.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import dev.millrace.worker.job.CallFollower;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers of one cluster whose calls share a limit. */
@Tag("long")
class SharedLimitsIT {
    private static final String MODEL = "deepseek-flash";
    private static final String SETTINGS = "models: [ " + MODEL + " ], timeouts: { total: 3s }";

    @TempDir Path directory;
    private final ObservedProviders providers = new ObservedProviders();
    private JobCluster cluster;

    @BeforeEach
    void startCluster() {
        cluster = new JobCluster(directory, SimulatorSettings.DEFAULT, SETTINGS);
    }

    @AfterEach
    void closeCluster() {
        cluster.close();
    }

    /** Starts a worker that crashes when its clock fails. */
    private Worker start(String instance, String limits, AtomicBoolean hasCrashed) {
        return Worker.start(
                new WorkerSettings(
                        config(instance, limits),
                        new SimpleMeterRegistry(),
                        InstantSource.system(),
                        () -> {
                            if (hasCrashed.get()) {
                                throw new IllegalStateException("crashed");
                            }
                            return System.nanoTime();
                        },
                        new SplittableRandom(),
                        false,
                        instance,
                        true,
                        List.of(),
                        CallFollower.NONE),
                providers);
    }

    private Worker start(String instance, String limits) {
        return start(instance, limits, new AtomicBoolean());
    }

    private MillraceConfig config(String instance, String limits) {
        String yaml =
                """
                worker: { instance: %s, %s }
                models: { %s: { limits: { %s } } }
                """
                        .formatted(instance, SETTINGS, MODEL, limits);
        return new ConfigLoader(Map.of())
                .parse("test", yaml)
                .withSimulator()
                .withKafka(
                        new KafkaConfig(
                                Map.of(
                                        "bootstrap.servers",
                                        cluster.bootstrapServers(),
                                        // A crashed worker is missed early.
                                        "group.protocol",
                                        "classic",
                                        "session.timeout.ms",
                                        "6000")));
    }

    private void readResults(int count) {
        assertThat(cluster.readUntil(() -> cluster.results().size() >= count))
                .as(() -> cluster.results().size() + " of " + count + " results")
                .isTrue();
    }

    @Nested
    class WhenAWorkerCrashes {
        /** Answers all jobs with three workers, of which one crashes. */
        private void answerAll(int jobs, String limits) {
            var hasCrashed = new AtomicBoolean();
            try (Worker crashing = start("a", limits, hasCrashed)) {
                await().until(() -> crashing.health().ready());
                try (Worker second = start("b", limits);
                        Worker third = start("c", limits)) {
                    await().until(() -> second.health().ready());
                    await().until(() -> third.health().ready());
                    List<JobId> submitted = cluster.submit(MODEL, jobs);
                    readResults(jobs / 3);
                    hasCrashed.set(true);
                    readResults(jobs);
                    assertThat(cluster.results().stream().map(ResultView::jobId))
                            .containsExactlyInAnyOrderElementsOf(
                                    submitted.stream().map(JobId::value).toList());
                }
            }
        }

        @Test
        void concurrentCallsOfAllWorkersStayWithinTheLimit() {
            answerAll(150, "concurrency: 4");

            assertThat(providers.mostInFlight()).isBetween(2, 4);
        }

        @Test
        void requestsOfAllWorkersStayWithinTheLimit() {
            answerAll(360, "requests_per_second: 40");

            assertThat(providers.mostInASecond()).isBetween(20, 40);
        }
    }

    @Nested
    class WhenTheQuotaTopicIsMissing {
        private String topic;

        @BeforeEach
        void deleteTopic() throws Exception {
            topic = cluster.topics().quota();
            try (var admin = cluster.admin()) {
                admin.deleteTopics(Set.of(topic)).all().get();
                await().until(() -> !admin.listTopics().names().get().contains(topic));
            }
        }

        @Test
        void workerWithoutLimitsAnswersItsJobs() {
            try (Worker worker = start("a", "")) {
                cluster.submit(MODEL, 20);
                readResults(20);

                assertThat(worker.health().ready()).isTrue();
            }
        }

        @Test
        void workerWithLimitsMakesNoCallUntilTheTopicExists() throws Exception {
            try (Worker worker = start("a", "concurrency: 4")) {
                cluster.submit(MODEL, 20);
                await().until(() -> worker.health().detail().contains(topic));
                assertThat(providers.calls()).isZero();
                assertThat(worker.health().ready()).isFalse();

                try (var admin = cluster.admin()) {
                    var quota = new NewTopic(topic, Optional.of(1), Optional.empty());
                    admin.createTopics(Set.of(quota)).all().get();
                }
                readResults(20);
                await().until(() -> worker.health().ready());
            }
        }
    }
}
