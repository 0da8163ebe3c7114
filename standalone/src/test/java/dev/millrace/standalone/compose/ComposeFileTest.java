package dev.millrace.standalone.compose;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeFileTest {
    private final ComposeFile compose = ComposeFile.read("docker-compose.yml");

    @Nested
    class TheImage {
        @Test
        void isBuiltByOneServiceAlone() {
            assertThat(compose.services(it -> compose.has(it, "build")))
                    .containsExactly("simulator");
        }

        @ParameterizedTest
        @ValueSource(strings = {"router", "worker", "sink", "gateway", "retrieval"})
        void existsBeforeTheServicesStart(String service) {
            assertThat(compose.dependencies("topics")).containsKey("simulator");
            assertThat(compose.dependencies(service))
                    .containsEntry("topics", "service_completed_successfully");
        }
    }

    @Nested
    class Stopping {
        @ParameterizedTest
        @ValueSource(strings = {"router", "worker", "sink", "gateway", "retrieval"})
        void endsAServiceBeforeKafka(String service) {
            assertThat(compose.dependencies(service)).containsEntry("kafka", "service_healthy");
        }

        @Test
        void endsTheWorkersBeforeTheSimulator() {
            assertThat(compose.dependencies("worker"))
                    .containsEntry("simulator", "service_healthy");
        }
    }

    @Nested
    class Secrets {
        @Test
        void ofGrafanaAreAllThatGrafanaReads() {
            assertThat(compose.namedVolumes("grafana"))
                    .containsExactlyInAnyOrder("grafana-secrets", "grafana");
            assertThat(compose.services(it -> mounts(it, "grafana-secrets")))
                    .containsExactly("setup", "grafana");
        }

        @Test
        void ofTheServicesAreNotReadByTheOthers() {
            assertThat(compose.services(it -> mounts(it, "secrets")))
                    .doesNotContain("simulator", "kafka", "prometheus", "grafana");
        }

        private boolean mounts(String service, String volume) {
            return compose.namedVolumes(service).contains(volume);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker-compose.yml", "deploy/compose/three-brokers.yml"})
    void brokersKeepTheOffsetsOfIdlePartitions(String file) {
        var brokers = ComposeFile.read(file);
        assertThat(brokers.services(it -> brokers.variable(it, "CLUSTER_ID").isPresent()))
                .isNotEmpty()
                .allSatisfy(
                        broker ->
                                assertThat(
                                                brokers.variable(
                                                        broker, "KAFKA_OFFSETS_RETENTION_MINUTES"))
                                        .hasValue(Integer.toString(Integer.MAX_VALUE)));
    }
}
