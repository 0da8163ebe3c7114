package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.yaml.Problem;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A whole configuration.
 *
 * @param origin the file that it was read from, or what stands for it
 * @param kafka the cluster; absent: the embedded broker
 * @param topics how topics are named and made
 * @param requestTopics the topics that requests are read from, by name; at least one
 * @param providers who answers calls, by name
 * @param limits over everything
 * @param catalog the shipped models with the user's over them
 * @param worker how a worker process calls providers
 * @param router how jobs are checked, planned and put on their lanes
 * @param policies which model a job gets that leaves the choice to us, by name
 * @param tenants by name, {@code default} among them
 * @param batches by name, {@code default} among them
 * @param sink where results and costs are kept and shown
 * @param metrics where metrics and health are served
 */
public record MillraceConfig(
        String origin,
        Optional<KafkaConfig> kafka,
        TopicsConfig topics,
        Map<String, RequestTopicConfig> requestTopics,
        Map<String, ProviderConfig> providers,
        Limits limits,
        Catalog catalog,
        WorkerConfig worker,
        RouterConfig router,
        Map<String, Policy> policies,
        Map<String, TenantConfig> tenants,
        Map<String, BatchConfig> batches,
        SinkConfig sink,
        MetricsConfig metrics) {
    /**
     * The name of the provider that stands for the built-in simulator when everything is simulated.
     */
    public static final String SIMULATOR = "simulator";

    public MillraceConfig {
        require(!requestTopics.isEmpty(), "request_topics", "must name at least one topic");
        requestTopics = copy(requestTopics);
        providers = copy(providers);
        policies = copy(policies);
        tenants = copy(tenants);
        batches = copy(batches);
    }

    /** Whether everything runs on the broker in this process. */
    public boolean isEmbedded() {
        return kafka.isEmpty();
    }

    /**
     * The models that can be called: those whose provider is there, in the order of the catalog.
     */
    public List<Model> modelsInService() {
        return catalog.models().stream().filter(this::isInService).toList();
    }

    /** Whether a model's provider is there. */
    public boolean isInService(Model model) {
        return providers.containsKey(model.provider());
    }

    /** Who answers a model, if it is in service. */
    public Optional<ProviderConfig> providerOf(Model model) {
        return provider(model.provider());
    }

    /** The provider of that name, if there is one. */
    public Optional<ProviderConfig> provider(String name) {
        return Optional.ofNullable(providers.get(name));
    }

    /** The policy of that name, if there is one. */
    public Optional<Policy> policy(String name) {
        return Optional.ofNullable(policies.get(name));
    }

    /**
     * Every model in service that a job may get which leaves the choice to us, by the default
     * policy of this configuration; in the order of its rules.
     */
    public List<Model> autoModels() {
        return policy(router.defaultPolicy()).stream()
                .flatMap(policy -> policy.mayChoose(catalog).stream())
                .filter(this::isInService)
                .toList();
    }

    /** The rules of a tenant: its own, or those of the {@code default} one. */
    public TenantConfig tenant(String name) {
        return tenants.getOrDefault(
                name, tenants.getOrDefault(TenantConfig.DEFAULT_NAME, TenantConfig.DEFAULT));
    }

    /**
     * What keeps these providers from being called: one that is not configured, or a key or header
     * whose secret is not set. Empty if all are ready.
     */
    public List<Problem> problemsOfProviders(Set<String> names) {
        return names.stream().sorted().flatMap(this::problemsOfProvider).toList();
    }

    private Stream<Problem> problemsOfProvider(String name) {
        return provider(name)
                .map(it -> Stream.concat(missingKeys(name, it), missingHeaders(name, it)))
                .orElseGet(() -> Stream.of(problem("providers." + name, "is not configured")));
    }

    private Stream<Problem> missingKeys(String name, ProviderConfig provider) {
        var key = "providers." + name + (provider.apiKey().isPresent() ? ".api_key" : ".keys");
        return provider.allKeys().stream()
                .flatMap(secret -> secret.missing().stream())
                .map(reason -> problem(key, reason));
    }

    private Stream<Problem> missingHeaders(String name, ProviderConfig provider) {
        return provider.headers().entrySet().stream()
                .flatMap(
                        header ->
                                header.getValue().missing().stream()
                                        .map(
                                                reason ->
                                                        problem(
                                                                "providers."
                                                                        + name
                                                                        + ".headers."
                                                                        + header.getKey(),
                                                                reason)));
    }

    /**
     * The same configuration with every model answered by the built-in simulator, under its own
     * name. No other provider is left that could be called.
     */
    public MillraceConfig withSimulator() {
        var models =
                catalog.models().stream()
                        .map(model -> model.answeredBy(SIMULATOR, model.name()))
                        .toList();
        var simulator =
                providers.values().stream()
                        .filter(provider -> provider.simulator().isPresent())
                        .findFirst()
                        .orElseGet(ProviderConfig::simulated);
        return with(Map.of(SIMULATOR, simulator), Catalog.of(models));
    }

    /**
     * The same configuration with another provider of that name, such as a simulator that has been
     * started.
     */
    public MillraceConfig withProvider(String name, ProviderConfig provider) {
        var others = new LinkedHashMap<>(providers);
        others.put(name, provider);
        return with(others, catalog);
    }

    /**
     * The same configuration without the providers that cannot be called: those with a secret that
     * is not set. Their models are not in service.
     */
    public MillraceConfig withReadyProviders() {
        var ready = new LinkedHashMap<>(providers);
        ready.keySet().removeIf(name -> !problemsOfProviders(Set.of(name)).isEmpty());
        return with(ready, catalog);
    }

    /** The same configuration on that cluster, with its topics as they are. */
    public MillraceConfig withKafka(KafkaConfig cluster) {
        return new MillraceConfig(
                origin,
                Optional.of(cluster),
                topics,
                requestTopics,
                providers,
                limits,
                catalog,
                worker,
                router,
                policies,
                tenants,
                batches,
                sink,
                metrics);
    }

    private MillraceConfig with(Map<String, ProviderConfig> otherProviders, Catalog otherCatalog) {
        return new MillraceConfig(
                origin,
                kafka,
                topics,
                requestTopics,
                otherProviders,
                limits,
                otherCatalog,
                worker,
                router,
                policies,
                tenants,
                batches,
                sink,
                metrics);
    }

    private Problem problem(String keyPath, String message) {
        return new Problem(origin, OptionalInt.empty(), keyPath, message);
    }

    private static <V> Map<String, V> copy(Map<String, V> entries) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
}
