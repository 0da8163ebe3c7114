package dev.millrace.standalone.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests rules for the chart's objects that hold with any values. */
class ChartTest {
    private static final Path[] NO_FILES = {};

    /** A choice of values. */
    record Values(String name, String text, Path... files) {
        List<Manifest> render() {
            return Chart.render(text, files);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Values> values() {
        Path production = Chart.example("production");
        return Stream.of(
                new Values("default", "{}"),
                new Values("simulator", "{}", Chart.example("simulator")),
                new Values("production", "{}", production),
                new Values(
                        "gateway",
                        """
                        gateway: { enabled: true, databaseUrl: "jdbc:postgresql://d/m?user=r", ingress: { enabled: true, host: gw.example.com } }
                        sink: { database: postgresql }
                        config:
                          sink: { jdbc_url: "jdbc:postgresql://d/m?user=w" }
                        """),
                new Values(
                        "gateways with a bucket",
                        """
                        gateway: { enabled: true, replicas: 3, databaseUrl: "jdbc:postgresql://d/m?user=r" }
                        sink: { database: postgresql }
                        config:
                          sink: { jdbc_url: "jdbc:postgresql://d/m?user=w" }
                          gateway: { files: { store: "s3://files/millrace" } }
                        """),
                new Values(
                        "retrieval",
                        """
                        retrieval: { enabled: true, replicas: 2, storage: { storageClass: fast } }
                        """),
                new Values("plugins", "plugins: { claim: logins }", production),
                new Values("without KEDA", "keda: { enabled: false }", production),
                new Values(
                        "options of pods",
                        """
                        imagePullSecrets: [{ name: registry }]
                        podAnnotations: { team: "7" }
                        podLabels: { cost-centre: "12" }
                        nodeSelector: { pool: batch }
                        tolerations: [{ key: batch, operator: Exists }]
                        priorityClassName: batch
                        router: { javaOptions: "-Xmx1g", storage: { storageClass: fast } }
                        sink: { storage: { storageClass: fast } }
                        monitoring: { boards: true }
                        """));
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyObjectFollowsTheSchemaOfItsKind(Values values) {
        assertThat(values.render())
                .isNotEmpty()
                .allSatisfy(
                        it ->
                                assertThat(
                                                CustomResources.isKnown(it.kind())
                                                        ? CustomResources.problems(it)
                                                        : KubernetesSchema.problems(it))
                                        .isEmpty());
    }

    @ParameterizedTest
    @MethodSource("values")
    void objectsHaveNamesOfTheirOwn(Values values) {
        assertThat(values.render().stream().map(Manifest::toString)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("values")
    void podsHaveNoRightsTheyDoNotNeed(Values values) {
        assertThat(values.render().stream().filter(Manifest::hasPods))
                .isNotEmpty()
                .allSatisfy(
                        it -> {
                            String pod = "spec.template.spec.";
                            assertThat(it.at(pod + "automountServiceAccountToken"))
                                    .isEqualTo(new JsonPrimitive(false));
                            assertThat(it.at(pod + "securityContext.runAsNonRoot"))
                                    .isEqualTo(new JsonPrimitive(true));
                            assertThat(it.at(pod + "securityContext.runAsUser").getAsInt())
                                    .isEqualTo(10001);
                            assertThat(it.string(pod + "securityContext.seccompProfile.type"))
                                    .isEqualTo("RuntimeDefault");
                            assertThat(it.containers()).allSatisfy(ChartTest::isConfined);
                        });
    }

    private static void isConfined(JsonElement container) {
        assertThat(Manifest.at(container, "securityContext").toString())
                .isEqualTo(
                        "{\"allowPrivilegeEscalation\":false,\"readOnlyRootFilesystem\":true,"
                                + "\"runAsNonRoot\":true,\"capabilities\":{\"drop\":[\"ALL\"]}}");
        assertThat(Manifest.at(container, "resources.limits.memory").isJsonPrimitive()).isTrue();
        assertThat(Manifest.at(container, "resources.requests.cpu").isJsonPrimitive()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyMountHasAVolume(Values values) {
        assertThat(values.render().stream().filter(Manifest::hasPods))
                .allSatisfy(
                        it -> {
                            var volumes =
                                    Stream.concat(
                                                    it.list("spec.template.spec.volumes")
                                                            .map(v -> Manifest.at(v, "name")),
                                                    it.list("spec.volumeClaimTemplates")
                                                            .map(
                                                                    v ->
                                                                            Manifest.at(
                                                                                    v,
                                                                                    "metadata.name")))
                                            .toList();
                            var mounts =
                                    it.containers()
                                            .flatMap(c -> Manifest.list(c, "volumeMounts"))
                                            .map(m -> Manifest.at(m, "name"))
                                            .toList();
                            assertThat(mounts).containsExactlyInAnyOrderElementsOf(volumes);
                        });
    }

    @ParameterizedTest
    @MethodSource("values")
    void selectorsFindThePodsOfOneObject(Values values) {
        List<Manifest> pods = values.render().stream().filter(Manifest::hasPods).toList();
        for (Manifest owner : pods) {
            var selector = owner.at("spec.selector.matchLabels");
            if (selector.isJsonObject()) {
                assertThat(pods.stream().filter(it -> hasLabels(it, selector)))
                        .containsExactly(owner);
            }
        }
    }

    private static boolean hasLabels(Manifest pods, JsonElement selector) {
        var labels = pods.at("spec.template.metadata.labels").getAsJsonObject();
        return selector.getAsJsonObject().entrySet().stream()
                .allMatch(it -> it.getValue().equals(labels.get(it.getKey())));
    }

    @ParameterizedTest
    @MethodSource("values")
    void servicesAndPoliciesFindPods(Values values) {
        List<Manifest> all = values.render();
        for (Manifest it : all) {
            String path =
                    switch (it.kind()) {
                        case "Service" -> "spec.selector";
                        case "PodDisruptionBudget" -> "spec.selector.matchLabels";
                        case "NetworkPolicy" -> "spec.podSelector.matchLabels";
                        default -> "";
                    };
            if (!path.isEmpty()) {
                assertThat(
                                all.stream()
                                        .filter(Manifest::hasPods)
                                        .filter(pods -> hasLabels(pods, it.at(path))))
                        .as(it.toString())
                        .isNotEmpty();
            }
        }
    }

    @Test
    void digestPinsTheImageOfEveryPod() {
        String digest = "sha256:" + "0123456789abcdef".repeat(4);
        List<Manifest> manifests =
                Chart.render("image: { digest: '" + digest + "' }", Chart.example("production"));

        assertThat(manifests.stream().filter(Manifest::hasPods).flatMap(Manifest::containers))
                .isNotEmpty()
                .allSatisfy(
                        it ->
                                assertThat(Manifest.at(it, "image").getAsString())
                                        .endsWith("@" + digest));
    }

    @Test
    void emptyListsOfPeersAdmitNobody() {
        List<Manifest> manifests =
                Chart.render(
                        "networkPolicy: { metricsFrom: [], gatewayFrom: [] }",
                        Chart.example("production"));

        assertThat(Manifest.ofKind(manifests, "NetworkPolicy"))
                .hasSize(2)
                .allSatisfy(it -> assertThat(it.list("spec.ingress")).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyServiceProcessHasProbes(Values values) {
        assertThat(
                        values.render().stream()
                                .filter(Manifest::hasPods)
                                .filter(it -> !it.kind().equals("Job"))
                                .flatMap(Manifest::containers))
                .allSatisfy(
                        it ->
                                assertThat(Manifest.at(it, "readinessProbe").isJsonObject())
                                        .isTrue());
    }

    @Nested
    class Monitoring {
        private final List<Manifest> manifests =
                Chart.render(
                        "monitoring: { serviceMonitor: true, prometheusRule: true, boards: true }",
                        NO_FILES);

        @Test
        void hasEveryAlert() throws IOException {
            String rules =
                    Files.readString(Path.of("..", "deploy", "prometheus", "millrace.rules.yml"));
            List<String> alerts =
                    rules.lines()
                            .filter(it -> it.contains("- alert: "))
                            .map(it -> it.replaceAll(".*: ", ""))
                            .toList();
            assertThat(
                            Manifest.find(manifests, "PrometheusRule", "millrace")
                                    .list("spec.groups")
                                    .flatMap(it -> Manifest.list(it, "rules"))
                                    .map(it -> Manifest.at(it, "alert"))
                                    .filter(JsonElement::isJsonPrimitive)
                                    .map(JsonElement::getAsString))
                    .isNotEmpty()
                    .containsExactlyElementsOf(alerts);
        }

        @Test
        void hasEveryBoardUnchanged() throws IOException {
            var data = Manifest.find(manifests, "ConfigMap", "millrace-boards").at("data");
            try (Stream<Path> boards = Files.list(Path.of("..", "deploy", "grafana"))) {
                for (Path board : boards.toList()) {
                    assertThat(
                                    data.getAsJsonObject()
                                            .get("millrace-" + board.getFileName())
                                            .getAsString()
                                            .strip())
                            .isEqualTo(Files.readString(board).strip());
                }
            }
        }

        @Test
        void selectsTheServiceOfTheMetrics() {
            var selector =
                    Manifest.find(manifests, "ServiceMonitor", "millrace")
                            .at("spec.selector.matchLabels");
            var labels =
                    Manifest.find(manifests, "Service", "millrace-metrics").at("metadata.labels");
            assertThat(labels.getAsJsonObject().entrySet())
                    .containsAll(selector.getAsJsonObject().entrySet());
        }
    }

    @Nested
    class Secrets {
        @Test
        void areReferencesOnly() {
            List<Manifest> manifests = Chart.render(Chart.example("production"));
            assertThat(Manifest.ofKind(manifests, "Secret")).isEmpty();
            assertThat(Manifest.find(manifests, "ConfigMap", "millrace").text())
                    .contains("${KAFKA_PASSWORD}", "${OPENAI_API_KEY}", "${DATABASE_PASSWORD}");
            assertThat(
                            Manifest.find(manifests, "StatefulSet", "millrace-router")
                                    .containers()
                                    .flatMap(it -> Manifest.list(it, "env"))
                                    .filter(it -> !Manifest.at(it, "value").isJsonNull()))
                    .isEmpty();
        }
    }
}
