package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.yaml.binding.Keys;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Pins every key and every default, because changing one changes the meaning of existing files. */
class DefaultsTest {
    @Test
    void pinsEveryKey() {
        assertThat(String.join("\n", Keys.of(MillraceKeys.class, MillraceKeys.conversions())))
                .isEqualTo(Resources.text("/config-keys.txt").strip());
    }

    @Test
    void pinsEveryDefault() throws ReflectiveOperationException {
        var defaults = new TreeMap<String, String>();
        flatten("", ConfigLoader.defaults(), defaults);

        assertThat(defaults.entrySet().stream().map(it -> it.getKey() + " = " + it.getValue()))
                .containsExactlyElementsOf(
                        Resources.text("/config-defaults.txt").strip().lines().toList());
    }

    @Test
    void usesMorePartitionsAndReplicasOnACluster() {
        var cluster = new ConfigLoader(Map.of()).parse("m.yaml", "kafka: { bootstrap.servers: b }");

        assertThat(cluster.topics())
                .isEqualTo(
                        new TopicsConfig(
                                "millrace.", 12, 3, 16 << 20, 16 << 20, Duration.ofDays(7)));
    }

    @Test
    void readsRequestsFromTheTopicWithTheConfiguredPrefix() {
        var config = new ConfigLoader(Map.of()).parse("m.yaml", "topics: { prefix: my. }");

        assertThat(config.requestTopics()).containsOnlyKeys("my.requests");
    }

    @Test
    void drainTimeoutDefaultsToTheTotalTimeoutOfACall() {
        var config =
                new ConfigLoader(Map.of()).parse("m.yaml", "worker: { timeouts: { total: 20m } }");

        assertThat(config.worker().drainTimeout()).isEqualTo(Duration.ofMinutes(20));
    }

    @Test
    void configuredDrainTimeoutWins() {
        var config =
                new ConfigLoader(Map.of())
                        .parse("m.yaml", "worker: { drain_timeout: 0s, timeouts: { total: 20m } }");

        assertThat(config.worker().drainTimeout()).isZero();
    }

    @Test
    void workerInstanceIsUnsetByDefault() {
        var config = new ConfigLoader(Map.of("HOSTNAME", "shared-host")).parse("m.yaml", "");

        assertThat(config.worker().instance()).isEmpty();
    }

    @Test
    void workerInstanceMayComeFromTheEnvironment() {
        var config =
                new ConfigLoader(Map.of("HOSTNAME", "worker-0"))
                        .parse("m.yaml", "worker: { instance: \"${HOSTNAME}\" }");

        assertThat(config.worker().instance()).contains("worker-0");
    }

    private static void flatten(String path, Object value, Map<String, String> into)
            throws ReflectiveOperationException {
        switch (value) {
            case Optional<?> optional when optional.isPresent() ->
                    flatten(path, optional.get(), into);
            case Map<?, ?> map when !map.isEmpty() -> {
                for (var entry : map.entrySet()) {
                    flatten(path + "." + entry.getKey(), entry.getValue(), into);
                }
            }
            case Collection<?> items when items.stream().anyMatch(Record.class::isInstance) -> {
                var index = 0;
                for (var item : items) {
                    flatten(path + "[" + index++ + "]", item, into);
                }
            }
            case ListenAddress address -> into.put(path, address.toString());
            case Policy policy -> into.put(path, policy.fingerprint());
            case Record section -> {
                for (var component : section.getClass().getRecordComponents()) {
                    var accessor = component.getAccessor();
                    accessor.setAccessible(true);
                    var below =
                            path.isEmpty() ? component.getName() : path + "." + component.getName();
                    flatten(below, accessor.invoke(section), into);
                }
            }
            case Catalog catalog ->
                    into.put(path, catalog.equals(Catalog.shipped()) ? "shipped" : "?");
            default -> into.put(path, value.toString());
        }
    }
}
