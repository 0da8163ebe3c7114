package dev.millrace.configuration.loading;

import dev.millrace.configuration.BatchConfig;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.RequestTopicConfig;
import dev.millrace.configuration.RouterConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.provider.ProxyAddress;
import dev.millrace.configuration.provider.ProxyVariables;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.yaml.document.NodeLocator;
import dev.millrace.yaml.problem.Violation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Assembles the configuration from the sections of a file, and checks the rules between sections.
 */
final class ConfigAssembler {
    private final String origin;
    private final NodeLocator locator;
    private final MillraceKeys keys;
    private final HeapShare heap;
    private final ProxyVariables proxies;
    private final PriceLists lists;
    private final Map<String, String> environment;

    ConfigAssembler(
            String origin,
            NodeLocator locator,
            MillraceKeys keys,
            HeapShare heap,
            PriceLists lists,
            Map<String, String> environment) {
        this.origin = origin;
        this.locator = locator;
        this.keys = keys;
        this.heap = heap;
        this.lists = lists;
        this.environment = environment;
        proxies = new ProxyVariables(environment);
    }

    /** Returns the whole configuration; empty if a problem was reported. */
    Optional<MillraceConfig> config() {
        var files = new CatalogFiles(locator, keys.catalog(), lists, environment);
        var section =
                new ModelsSection(locator, files.over(ModelsSection.shipped()), keys.models());
        var models = section.models();
        var providers = providers();
        new ReferenceChecker(locator, keys, models.values()).check();
        section.reportConflicts(models.values());
        if (!locator.problems().isEmpty()) {
            return Optional.empty();
        }
        var config = config(providers, Catalog.of(models.values()));
        try {
            var _ = TopicPlan.of(config);
        } catch (Violation e) {
            locator.report(e.expected(), e.key().split("\\.", 2));
        }
        return Optional.of(config);
    }

    private MillraceConfig config(Map<String, ProviderConfig> providers, Catalog catalog) {
        return new MillraceConfig(
                origin,
                keys.kafka(),
                keys.topics(),
                keys.requestTopics().isEmpty()
                        ? Map.of(
                                new Topics(keys.topics().prefix()).requests(),
                                RequestTopicConfig.OPEN)
                        : keys.requestTopics(),
                providers,
                keys.limits(),
                catalog,
                worker(),
                keys.router(),
                withDefault(keys.policies(), RouterConfig.DEFAULT.defaultPolicy(), Policy.SHIPPED),
                withDefault(keys.tenants(), TenantConfig.DEFAULT_NAME, TenantConfig.DEFAULT),
                withDefault(keys.batches(), BatchConfig.DEFAULT_NAME, BatchConfig.DEFAULT),
                keys.sink(),
                keys.gateway(),
                keys.retrieval(),
                keys.metrics(),
                keys.tracing(),
                Map.of());
    }

    /**
     * Returns the providers. A provider without a proxy gets the proxy that the environment names.
     */
    private Map<String, ProviderConfig> providers() {
        var providers = new LinkedHashMap<String, ProviderConfig>();
        keys.providers().forEach((name, it) -> providers.put(name, withProxy(name, it)));
        return providers;
    }

    private ProviderConfig withProxy(String name, ProviderConfig provider) {
        var variable = provider.baseUrl().flatMap(proxies::proxyFor);
        if (provider.proxy().isPresent() || variable.isEmpty()) {
            return provider;
        }
        var address = variable.get().address();
        if (ProxyAddress.parse(address).isEmpty()) {
            locator.report(
                    "the environment variable "
                            + variable.get().name()
                            + " "
                            + ProxyAddress.EXPECTED,
                    "providers",
                    name,
                    "proxy");
            return provider;
        }
        return provider.withProxy(Secret.of(address));
    }

    /**
     * Returns the worker's settings. If the file does not set them, the limits on held jobs follow
     * from the heap, and {@code drain_timeout} is the total timeout of a call.
     */
    private WorkerConfig worker() {
        WorkerConfig worker = keys.worker();
        return worker.withDerived(
                isSet("max_in_flight") ? worker.maxInFlight() : heap.maxInFlight(),
                isSet("max_held_bytes") ? worker.maxHeldBytes() : heap.maxHeldBytes(),
                isSet("drain_timeout") ? worker.drainTimeout() : worker.timeouts().total());
    }

    private boolean isSet(String keyOfWorker) {
        return locator.find("worker", keyOfWorker).isPresent();
    }

    private static <V> Map<String, V> withDefault(Map<String, V> given, String name, V value) {
        var all = new LinkedHashMap<>(given);
        all.putIfAbsent(name, value);
        return all;
    }
}
