package dev.millrace.standalone.kubernetes;

import static java.util.function.Function.identity;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the configuration that the chart writes, and the values that depend on it. */
class ChartConfigTest {
    private static final Map<String, String> ENVIRONMENT =
            Stream.of(
                            "POD_NAME",
                            "KAFKA_PASSWORD",
                            "OPENAI_API_KEY",
                            "DEEPSEEK_API_KEY",
                            "DATABASE_PASSWORD",
                            "READER_PASSWORD")
                    .collect(
                            Collectors.toMap(
                                    identity(),
                                    it ->
                                            it.toLowerCase(Locale.ROOT)
                                                    .replace("api_key", "0123456789abcdef")));

    /** Secrets of single services, besides the values of the production example. */
    private static final String SECRETS =
            """
            secrets:
              env:
                - { name: KAFKA_PASSWORD, secret: kafka, key: password }
                - { name: OPENAI_API_KEY, secret: providers, key: openai }
                - { name: DEEPSEEK_API_KEY, secret: providers, key: deepseek }
                - { name: DATABASE_PASSWORD, secret: database, key: password }
                - { name: READER_PASSWORD, secret: database, key: reader }
                - { name: AWS_SECRET_ACCESS_KEY, secret: bucket, key: secret, services: [gateway] }
              files:
                - { name: kafka, secret: kafka }
                - { name: ca, secret: ca, services: [worker] }
            """;

    private static MillraceConfig load(List<Manifest> manifests, String file) {
        return load(manifests, file, ENVIRONMENT);
    }

    private static MillraceConfig load(
            List<Manifest> manifests, String file, Map<String, String> environment) {
        JsonElement data = Manifest.find(manifests, "ConfigMap", "millrace").at("data");
        return new ConfigLoader(environment)
                .parse(file, data.getAsJsonObject().get(file).getAsString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "simulator"})
    void everyFileIsAValidConfiguration(String example) {
        List<Manifest> manifests = Chart.render(Chart.example(example));
        Set<String> files =
                Manifest.find(manifests, "ConfigMap", "millrace")
                        .at("data")
                        .getAsJsonObject()
                        .keySet();
        assertThat(files)
                .contains("millrace.yaml", "worker-default.yaml")
                .allSatisfy(
                        file -> {
                            MillraceConfig config = load(manifests, file);
                            assertThat(config.modelsInService()).isNotEmpty();
                            assertThat(config.problemsOfProviders(config.providers().keySet()))
                                    .isEmpty();
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "StatefulSet,millrace-router,KAFKA_PASSWORD,kafka",
        "Deployment,millrace-worker-premium,KAFKA_PASSWORD OPENAI_API_KEY DEEPSEEK_API_KEY,kafka ca",
        "Deployment,millrace-sink,KAFKA_PASSWORD DATABASE_PASSWORD,kafka",
        "Deployment,millrace-gateway,KAFKA_PASSWORD READER_PASSWORD AWS_SECRET_ACCESS_KEY,kafka",
    })
    void serviceGetsTheSecretsThatItNeedsAndCanReadItsFile(
            String kind, String name, String variables, String folders) {
        List<Manifest> manifests = Chart.render(SECRETS, Chart.example("production"));
        Manifest service = Manifest.find(manifests, kind, name);
        Set<String> given =
                service.containers()
                        .flatMap(it -> Manifest.list(it, "env"))
                        .map(it -> Manifest.at(it, "name").getAsString())
                        .filter(it -> !it.equals("POD_NAME") && !it.equals("MILLRACE_JAVA_OPTS"))
                        .collect(Collectors.toSet());

        assertThat(given).containsExactlyInAnyOrder(variables.split(" "));
        assertThat(
                        service.containers()
                                .flatMap(it -> Manifest.list(it, "volumeMounts"))
                                .map(it -> Manifest.at(it, "mountPath").getAsString())
                                .filter(it -> it.startsWith("/run/secrets/millrace/"))
                                .map(it -> it.substring("/run/secrets/millrace/".length())))
                .containsExactlyInAnyOrder(folders.split(" "));
        Map<String, String> environment =
                Stream.concat(given.stream(), Stream.of("POD_NAME"))
                        .collect(Collectors.toMap(identity(), it -> hash(it)));
        assertThat(load(manifests, file(service), environment).modelsInService()).isNotEmpty();
    }

    /** A value that suits a password, a key and a hash. */
    private static String hash(String name) {
        return "%064x".formatted(name.hashCode() & 0xffff);
    }

    /** Returns the file of the configuration that the pods of a service read. */
    private static String file(Manifest service) {
        return service.list("spec.template.spec.volumes")
                .flatMap(it -> Manifest.list(it, "configMap.items"))
                .map(it -> Manifest.at(it, "key").getAsString())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyPodThatUsesKafkaReadsTheJarsOfTheClaim() {
        List<Manifest> pods =
                Chart.render("plugins: { claim: logins }", Chart.example("production")).stream()
                        .filter(Manifest::hasPods)
                        .toList();

        assertThat(pods)
                .isNotEmpty()
                .allSatisfy(
                        it -> {
                            assertThat(
                                            it.list("spec.template.spec.volumes")
                                                    .map(
                                                            v ->
                                                                    Manifest.at(
                                                                            v,
                                                                            "persistentVolumeClaim"))
                                                    .map(JsonElement::toString))
                                    .contains("{\"claimName\":\"logins\",\"readOnly\":true}");
                            assertThat(
                                            it.containers()
                                                    .flatMap(c -> Manifest.list(c, "volumeMounts"))
                                                    .map(JsonElement::toString))
                                    .contains(
                                            "{\"name\":\"plugins\",\"mountPath\":"
                                                    + "\"/opt/millrace/plugins\",\"readOnly\":true}");
                        });
        assertThat(Chart.render(Chart.example("production")))
                .noneMatch(it -> it.text().contains("/opt/millrace/plugins"));
    }

    @Test
    void everyPodReadsAFileThatExists() {
        List<Manifest> manifests = Chart.render(Chart.example("production"));
        for (Manifest pods : manifests) {
            if (pods.hasPods()) {
                JsonElement config =
                        Manifest.at(
                                pods.list("spec.template.spec.volumes").findFirst().orElseThrow(),
                                "configMap");
                String file =
                        Manifest.list(config, "items")
                                .map(it -> Manifest.at(it, "key").getAsString())
                                .findFirst()
                                .orElseThrow();
                assertThat(
                                Manifest.find(
                                                manifests,
                                                "ConfigMap",
                                                Manifest.at(config, "name").getAsString())
                                        .at("data")
                                        .getAsJsonObject()
                                        .keySet())
                        .contains(file);
            }
        }
    }

    @Test
    void theGroupOfTheExampleServesTheModelsOfOneProvider() {
        MillraceConfig config =
                load(Chart.render(Chart.example("production")), "worker-premium.yaml");
        assertThat(
                        config.modelsInService().stream()
                                .map(model -> model.name())
                                .filter(config.worker().models()::includes))
                .containsExactlyInAnyOrderElementsOf(
                        config.modelsInService().stream()
                                .filter(model -> model.provider().equals("openai"))
                                .map(model -> model.name())
                                .toList());
    }

    @Test
    void aWorkerIsNamedByItsPod() {
        assertThat(load(Chart.render(), "worker-default.yaml").worker().instance())
                .contains("pod_name");
    }

    @Test
    void theIndexesOfDocumentsAreOnTheVolume() {
        List<Manifest> manifests =
                Chart.render("retrieval: { enabled: true }", Chart.example("simulator"));
        String index = load(manifests, "millrace.yaml").retrieval().index();

        assertThat(
                        Manifest.find(manifests, "StatefulSet", "millrace-retrieval")
                                .containers()
                                .flatMap(it -> Manifest.list(it, "volumeMounts"))
                                .filter(it -> Manifest.at(it, "name").getAsString().equals("index"))
                                .map(it -> Manifest.at(it, "mountPath").getAsString()))
                .singleElement()
                .satisfies(it -> assertThat(index).startsWith(it + "/"));
    }

    @Test
    void noRetrievalServiceRunsByDefault() {
        assertThat(Chart.render())
                .extracting(Manifest::toString)
                .noneMatch(it -> it.contains("retrieval"));
    }

    @Test
    void aChangedConfigurationReplacesThePods() {
        String path = "spec.template.metadata.annotations";
        JsonElement before =
                Manifest.find(Chart.render(), "StatefulSet", "millrace-router").at(path);
        JsonElement after =
                Manifest.find(
                                Chart.render("config: { topics: { partitions: 24 } }"),
                                "StatefulSet",
                                "millrace-router")
                        .at(path);
        assertThat(after).isNotEqualTo(before);
    }

    @Nested
    class TheGracePeriod {
        @ParameterizedTest
        @CsvSource({
            "{}, 600",
            "{ drain_timeout: 90s }, 90",
            "{ timeouts: { total: 20m } }, 1200",
            "'{ drain_timeout: 1h, timeouts: { total: 20m } }', 3600",
            "{ drain_timeout: 1500ms }, 2",
            "{ drain_timeout: 0s }, 0"
        })
        void isAMinuteLongerThanTheDrain(String worker, int drainSeconds) {
            List<Manifest> manifests = Chart.render("config: { worker: " + worker + " }");
            assertThat(load(manifests, "worker-default.yaml").worker().drainTimeout())
                    .isBetween(
                            Duration.ofSeconds(drainSeconds).minusMillis(500),
                            Duration.ofSeconds(drainSeconds));
            assertThat(
                            Manifest.find(manifests, "Deployment", "millrace-worker-default")
                                    .at("spec.template.spec.terminationGracePeriodSeconds")
                                    .getAsInt())
                    .isEqualTo(drainSeconds + 60);
        }
    }

    @Nested
    class Scaling {
        private static final String ODD_NAMES =
                """
                keda: { enabled: true }
                config: { topics: { prefix: "team-a." } }
                workers: { default: { models: ["v/m.v1", "b c"] } }
                """;

        private static Set<String> topics(Manifest scaledObject) {
            return scaledObject
                    .list("spec.triggers")
                    .map(it -> Manifest.at(it, "metadata.topic").getAsString())
                    .collect(Collectors.toSet());
        }

        @Test
        void watchesEveryTopicOfEveryModel() {
            assertThat(
                            topics(
                                    Manifest.find(
                                            Chart.render(ODD_NAMES),
                                            "ScaledObject",
                                            "millrace-worker-default")))
                    .isEqualTo(
                            Stream.of("v/m.v1", "b c")
                                    .flatMap(
                                            model ->
                                                    Stream.of(Lane.values())
                                                            .map(
                                                                    lane ->
                                                                            new Topics("team-a.")
                                                                                    .jobs(
                                                                                            model,
                                                                                            lane)))
                                    .collect(Collectors.toSet()));
        }

        @Test
        void watchesTheModelsInServiceOfAllGroups() {
            List<Manifest> manifests = Chart.render(Chart.example("production"));
            Set<String> watched =
                    Manifest.ofKind(manifests, "ScaledObject").stream()
                            .flatMap(it -> topics(it).stream())
                            .collect(Collectors.toSet());
            assertThat(watched)
                    .isEqualTo(
                            load(manifests, "millrace.yaml").modelsInService().stream()
                                    .flatMap(
                                            model ->
                                                    Stream.of(Lane.values())
                                                            .map(
                                                                    lane ->
                                                                            new Topics("millrace.")
                                                                                    .jobs(
                                                                                            model
                                                                                                    .name(),
                                                                                            lane)))
                                    .collect(Collectors.toSet()));
        }

        @Test
        void groupOfUrgentLanesReadsAndWatchesOnlyThese() {
            List<Manifest> manifests =
                    Chart.render(
                            """
                            keda: { enabled: true }
                            workers:
                              default:
                                models: [gpt-4.1]
                                laneWeights: { high: 0, normal: 0, low: 0, bulk: 0 }
                            """);

            assertThat(load(manifests, "worker-default.yaml").worker().laneWeights())
                    .isEqualTo(new LaneWeights(16, 0, 0, 0, 0));
            assertThat(topics(Manifest.find(manifests, "ScaledObject", "millrace-worker-default")))
                    .containsExactlyInAnyOrder(
                            "millrace.jobs.gpt-4.1.express", "millrace.jobs.gpt-4.1.critical");
        }

        @Test
        void leavesTheNumberOfWorkersToKeda() {
            String path = "spec.replicas";
            String name = "millrace-worker-default";
            assertThat(
                            Manifest.find(Chart.render(ODD_NAMES), "Deployment", name)
                                    .at(path)
                                    .isJsonNull())
                    .isTrue();
            assertThat(Manifest.find(Chart.render(), "Deployment", name).at(path).getAsInt())
                    .isEqualTo(2);
        }

        @Test
        void givesKedaTheLoginByReference() {
            List<Manifest> manifests = Chart.render(Chart.example("production"));
            assertThat(
                            Manifest.find(manifests, "TriggerAuthentication", "millrace-kafka")
                                    .list("spec.secretTargetRef")
                                    .map(it -> Manifest.at(it, "parameter").getAsString()))
                    .containsExactly("username", "password", "ca");
        }
    }

    @Nested
    class TheSink {
        @Test
        void onSqliteHasAVolume() {
            Manifest sink = Manifest.find(Chart.render(), "StatefulSet", "millrace-sink");
            assertThat(sink.list("spec.volumeClaimTemplates")).hasSize(1);
            assertThat(sink.at("spec.replicas").getAsInt()).isOne();
        }

        @Test
        void onPostgresqlHasNoVolume() {
            Manifest sink =
                    Manifest.find(
                            Chart.render(Chart.example("production")),
                            "Deployment",
                            "millrace-sink");
            assertThat(sink.list("spec.volumeClaimTemplates")).isEmpty();
            assertThat(sink.at("spec.replicas").getAsInt()).isEqualTo(2);
        }

        @Test
        void databaseIsReadByTheGatewayAsAUserOfItsOwn() {
            List<Manifest> manifests = Chart.render(Chart.example("production"));

            assertThat(load(manifests, "sink.yaml").sink().jdbcUrl())
                    .contains("user=millrace&password=database_password");
            assertThat(load(manifests, "gateway.yaml").sink().jdbcUrl())
                    .contains("user=reader&password=reader_password");
            assertThat(load(manifests, "gateway.yaml").gateway().listen().orElseThrow().host())
                    .isEqualTo("0.0.0.0");
        }
    }
}
