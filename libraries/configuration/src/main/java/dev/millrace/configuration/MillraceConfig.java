package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problem;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The whole configuration.
 *
 * @param origin file that the configuration was read from, or a description of its source
 * @param kafka connection to the cluster; absent: the embedded broker
 * @param topics names and settings of topics
 * @param requestTopics request topics by name; at least one
 * @param providers providers by name
 * @param limits limits on all calls together
 * @param catalog shipped models overlaid with the user's
 * @param worker settings of a worker process
 * @param router settings of the router
 * @param policies policies by name
 * @param tenants tenants by name, including {@code default}
 * @param batches batches by name, including {@code default}
 * @param sink settings of the sink
 * @param gateway settings of the gateway
 * @param retrieval how documents are indexed
 * @param metrics address of metrics and health
 * @param tracing where the traces of jobs go
 * @param off why each provider is off, by provider name: this process lacks a secret, such as an
 *     API key, or a file that its calls need
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
        GatewayConfig gateway,
        RetrievalConfig retrieval,
        MetricsConfig metrics,
        TracingConfig tracing,
        Map<String, String> off) {
    /** The provider name of the built-in simulator when every model is simulated. */
    public static final String SIMULATOR = "simulator";

    public MillraceConfig {
        require(!requestTopics.isEmpty(), "request_topics", "must name at least one topic");
        requestTopics = copy(requestTopics);
        providers = copy(providers);
        policies = copy(policies);
        tenants = copy(tenants);
        batches = copy(batches);
        off = copy(off);
    }

    /** Returns true if the pipeline uses the embedded broker. */
    public boolean isEmbedded() {
        return kafka.isEmpty();
    }

    /** Returns the models in service, in catalog order. */
    public List<Model> modelsInService() {
        return modelNames().models();
    }

    /** Returns the provider of the model, if configured. */
    public Optional<ProviderConfig> providerOf(Model model) {
        return provider(model.provider());
    }

    /** Finds a provider by name. */
    public Optional<ProviderConfig> provider(String name) {
        return Optional.ofNullable(providers.get(name));
    }

    /** Finds a policy by name. */
    public Optional<Policy> policy(String name) {
        return Optional.ofNullable(policies.get(name));
    }

    /**
     * Returns the models whose provider is configured, off or not, that the default policy can
     * select, in rule order.
     */
    public List<Model> autoModels() {
        return policy(router.defaultPolicy()).stream()
                .flatMap(policy -> policy.selectableModels(catalog).stream())
                .filter(it -> providers.containsKey(it.provider()))
                .toList();
    }

    /**
     * Returns the topic for requests of a tenant: the topic bound to the tenant, or else one of all
     * tenants; empty if there is neither.
     */
    public Optional<String> requestTopicOf(String tenant) {
        return requestTopic(Optional.of(tenant)).or(() -> requestTopic(Optional.empty()));
    }

    private Optional<String> requestTopic(Optional<String> tenant) {
        return requestTopics.entrySet().stream()
                .filter(it -> it.getValue().tenant().equals(tenant))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst();
    }

    /** Returns the settings of a tenant: the tenant's entry, or else the entry {@code default}. */
    public TenantConfig tenant(String name) {
        return tenants.getOrDefault(
                name, tenants.getOrDefault(TenantConfig.DEFAULT_NAME, TenantConfig.DEFAULT));
    }

    /**
     * Returns why the given providers cannot be called: a provider is not configured, the secret of
     * a key or header is not set, or a file of certificates cannot be read. Empty if all can be
     * called.
     */
    public List<Problem> problemsOfProviders(Set<String> names) {
        return names.stream().sorted().flatMap(this::problemsOfProvider).toList();
    }

    private Stream<Problem> problemsOfProvider(String name) {
        return provider(name)
                .map(it -> Stream.concat(missingSecrets(name, it), unreadableFiles(name, it)))
                .orElseGet(() -> Stream.of(problem("providers." + name, "is not configured")));
    }

    private Stream<Problem> missingSecrets(String name, ProviderConfig provider) {
        var section = "providers." + name;
        return Stream.of(
                        missingKeys(name, provider),
                        missingValues(section + ".headers", provider.headers()),
                        missingValues(section + ".query", provider.query()),
                        provider.proxy().stream()
                                .flatMap(proxy -> proxy.missing().stream())
                                .map(reason -> problem(section + ".proxy", reason)))
                .flatMap(problems -> problems);
    }

    private Stream<Problem> unreadableFiles(String name, ProviderConfig provider) {
        try {
            var _ = provider.tls().read();
            return Stream.empty();
        } catch (IOException e) {
            String[] problem = String.valueOf(e.getMessage()).split(": ", 2);
            return Stream.of(problem("providers." + name + "." + problem[0], problem[1]));
        }
    }

    private Stream<Problem> missingKeys(String name, ProviderConfig provider) {
        var key = "providers." + name + (provider.apiKey().isPresent() ? ".api_key" : ".keys");
        return provider.allKeys().stream()
                .flatMap(it -> it.missing().stream())
                .map(reason -> problem(key, reason));
    }

    private Stream<Problem> missingValues(String section, Map<String, Secret> values) {
        return values.entrySet().stream()
                .flatMap(
                        entry ->
                                entry.getValue().missing().stream()
                                        .map(
                                                reason ->
                                                        problem(
                                                                section + "." + entry.getKey(),
                                                                reason)));
    }

    /**
     * Returns a copy in which the built-in simulator, as the only provider, serves every model
     * under its own name.
     */
    public MillraceConfig withSimulator() {
        var models =
                catalog.models().stream()
                        .map(model -> model.servedBy(SIMULATOR, model.name()))
                        .toList();
        var simulator =
                providers.values().stream()
                        .filter(provider -> provider.simulator().isPresent())
                        .findFirst()
                        .orElseGet(ProviderConfig::simulated);
        return with(kafka, Map.of(SIMULATOR, simulator), Catalog.of(models), Map.of());
    }

    /**
     * Returns a copy with the given provider added or replaced, for example by a started simulator.
     */
    public MillraceConfig withProvider(String name, ProviderConfig provider) {
        var others = new LinkedHashMap<>(providers);
        others.put(name, provider);
        return with(kafka, others, catalog, off);
    }

    /**
     * Returns a copy for a process that calls providers: each provider that it cannot call is off,
     * and the models of that provider are not in service.
     */
    public MillraceConfig withUncallableProvidersOff() {
        var reasons = new LinkedHashMap<String, String>();
        for (String name : providers.keySet()) {
            problemsOfProvider(name)
                    .map(Problem::message)
                    .distinct()
                    .reduce((first, next) -> first + " and " + next)
                    .ifPresent(reason -> reasons.put(name, reason));
        }
        return with(kafka, providers, catalog, reasons);
    }

    /**
     * Checks that at least one of the given models can be called. Models whose provider is not
     * configured are ignored.
     *
     * @throws ConfigException naming what the providers that are off lack
     */
    public void requireAnyInService(Collection<Model> models) {
        var offProviders = models.stream().map(Model::provider).collect(Collectors.toSet());
        offProviders.retainAll(off.keySet());
        if (offProviders.isEmpty() || models.stream().anyMatch(modelNames()::isInService)) {
            return;
        }
        throw new ConfigException(
                offProviders.size() == 1
                        ? problemsOfProviders(offProviders)
                        : List.of(allOff(offProviders)));
    }

    private Problem allOff(Set<String> names) {
        var reasons = new LinkedHashMap<>(off);
        reasons.keySet().retainAll(names);
        return problem(
                "providers",
                "one of these must be on, and all are "
                        + ModelNames.offText(reasons).orElseThrow());
    }

    /** Describes the providers that are off, in one line; empty if none is. */
    public Optional<String> offText() {
        return ModelNames.offText(off);
    }

    /** Returns what explains why a name refers to no model in service. */
    public ModelNames modelNames() {
        var on = new HashSet<>(providers.keySet());
        on.removeAll(off.keySet());
        return new ModelNames(catalog, on, off);
    }

    /** Returns a copy that uses the given cluster, with unchanged topic settings. */
    public MillraceConfig withKafka(KafkaConfig cluster) {
        return with(Optional.of(cluster), providers, catalog, off);
    }

    private MillraceConfig with(
            Optional<KafkaConfig> cluster,
            Map<String, ProviderConfig> otherProviders,
            Catalog otherCatalog,
            Map<String, String> otherOff) {
        return new MillraceConfig(
                origin,
                cluster,
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
                gateway,
                retrieval,
                metrics,
                tracing,
                otherOff);
    }

    private Problem problem(String keyPath, String message) {
        return new Problem(origin, OptionalInt.empty(), keyPath, message);
    }

    private static <V> Map<String, V> copy(Map<String, V> entries) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
}
