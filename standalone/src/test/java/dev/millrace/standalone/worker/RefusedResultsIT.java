package dev.millrace.standalone.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.settings.FailFirst;
import dev.millrace.simulator.settings.Latency;
import dev.millrace.worker.Worker;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A results topic that was altered while the pipeline runs. */
class RefusedResultsIT {
    private static final String MODEL = "deepseek-v3.2";
    private static final int JOBS = 40;
    private static final int LIMIT = 3_000;

    /** One job in so many asks for an answer that is longer than the limit. */
    private static final int LONG_RARITY = 10;

    @TempDir Path directory;

    private static ProducerRecord<byte[], byte[]> job(Scene scene, int number) {
        var job = scene.job(MODEL, number);
        if (number % LONG_RARITY > 0) {
            return job;
        }
        String longer =
                new String(job.value(), UTF_8)
                        .replace("\"max_tokens\":20", "\"max_tokens\":20,\"n\":40");
        return new ProducerRecord<>(
                job.topic(), null, job.key(), longer.getBytes(UTF_8), job.headers());
    }

    private static void lowerMaxMessageBytes(Scene scene) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, scene.topics().results());
        var entry = new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(LIMIT));
        try (var admin = scene.admin()) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    topic,
                                    List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    @Nested
    class ALoweredMaxMessageBytes {
        @Test
        void endsOnlyWhatIsTooLargeAsAnErrorAndKeepsWhatWasBilled() throws Exception {
            var answers =
                    Scene.simulated(
                            new Latency.Uniform(Duration.ZERO, Duration.ofMillis(20)),
                            FailFirst.NONE);
            try (var scene = new Scene(directory, answers, "max_in_flight: 20");
                    Worker worker = scene.worker()) {
                lowerMaxMessageBytes(scene);
                for (int i = 0; i < JOBS; i++) {
                    scene.submit(job(scene, i));
                }

                assertThat(scene.readUntil(() -> scene.results.size() >= JOBS)).isTrue();
                scene.readToEnd();
                assertThat(scene.results.stream().map(ResultView::jobId).distinct()).hasSize(JOBS);
                assertThat(scene.results)
                        .hasSize(JOBS)
                        .filteredOn(it -> it.errorCode() != null)
                        .hasSize(JOBS / LONG_RARITY)
                        .allSatisfy(
                                it -> {
                                    assertThat(it.errorCode()).isEqualTo("response_too_large");
                                    assertThat(it.costUsd()).isPositive();
                                });
                assertThat(scene.simulator().ledger().summary().calls()).isEqualTo(JOBS);
                assertThat(scene.costs.stream().filter(CostEvent::isFinal)).hasSize(JOBS);
                assertThat(sum(scene.costs.stream().map(CostEvent::costUsd).toList()))
                        .isEqualByComparingTo(
                                sum(scene.results.stream().map(ResultView::costUsd).toList()));
                assertThat(worker.health().ready()).isTrue();
            }
        }

        private BigDecimal sum(List<BigDecimal> amounts) {
            return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }
}
