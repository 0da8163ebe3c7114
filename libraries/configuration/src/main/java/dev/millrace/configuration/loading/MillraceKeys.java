package dev.millrace.configuration.loading;

import dev.millrace.configuration.BatchConfig;
import dev.millrace.configuration.CatalogConfig;
import dev.millrace.configuration.Credential;
import dev.millrace.configuration.GatewayConfig;
import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MetricsConfig;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.RequestTopicConfig;
import dev.millrace.configuration.RetrievalConfig;
import dev.millrace.configuration.RouterConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.SinkConfig;
import dev.millrace.configuration.TenantConfig;
import dev.millrace.configuration.TenantConfig.Budget;
import dev.millrace.configuration.TokenCommand;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.configuration.TracingConfig;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.provider.CertificateFile;
import dev.millrace.configuration.provider.PathTemplate;
import dev.millrace.configuration.provider.PrivateKeyFile;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.catalog.CatalogConversions;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.ModelOverlay;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.webhook.AddressRange;
import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.document.Node;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The top level of a file: each component is a key. */
record MillraceKeys(
        Optional<KafkaConfig> kafka,
        TopicsConfig topics,
        Map<String, RequestTopicConfig> requestTopics,
        Map<String, ProviderConfig> providers,
        Limits limits,
        CatalogConfig catalog,
        Map<String, ModelOverlay> models,
        WorkerConfig worker,
        RouterConfig router,
        Map<String, Policy> policies,
        Map<String, TenantConfig> tenants,
        Map<String, BatchConfig> batches,
        SinkConfig sink,
        GatewayConfig gateway,
        RetrievalConfig retrieval,
        MetricsConfig metrics,
        TracingConfig tracing) {
    /** Returns the readers of types that are not plain records. */
    static Conversions conversions() {
        return CatalogConversions.addTo(new Conversions())
                .scalar(Secret.class, MillraceKeys::secret)
                .scalar(Credential.class, MillraceKeys::secret)
                .form(Credential.class, TokenCommand.class, it -> it)
                .choice(Wire.class, wires())
                .text(ListenAddress.class, ListenAddress::parse)
                .text(PathTemplate.class, PathTemplate::new)
                .text(CertificateFile.class, CertificateFile::of)
                .text(PrivateKeyFile.class, PrivateKeyFile::of)
                .text(AddressRange.class, AddressRange::parse)
                .form(Budget.class, BudgetKeys.class, BudgetKeys::toBudget);
    }

    private static SequencedMap<String, Wire> wires() {
        var wires = new LinkedHashMap<String, Wire>();
        Endpoints.known().wires().forEach(it -> wires.put(it.name(), it));
        return wires;
    }

    /** Returns the values for missing keys. */
    static MillraceKeys defaults(boolean embedded) {
        return new MillraceKeys(
                Optional.empty(),
                embedded ? TopicsConfig.EMBEDDED : TopicsConfig.CLUSTER,
                Map.of(),
                Map.of(),
                Limits.NONE,
                CatalogConfig.DEFAULT,
                Map.of(),
                WorkerConfig.DEFAULT,
                RouterConfig.DEFAULT,
                Map.of(),
                Map.of(),
                Map.of(),
                SinkConfig.DEFAULT,
                GatewayConfig.DEFAULT,
                RetrievalConfig.DEFAULT,
                MetricsConfig.DEFAULT,
                TracingConfig.DEFAULT);
    }

    /** A budget as written in a file. Only its limit is required. */
    record BudgetKeys(
            BigDecimal limitUsd,
            Optional<Period> period,
            Optional<ZoneId> timeZone,
            Optional<OnExhausted> onExhausted) {
        Budget toBudget() {
            return new Budget(
                    limitUsd,
                    period.orElse(Budget.DEFAULT_PERIOD),
                    timeZone.orElse(Budget.DEFAULT_TIME_ZONE),
                    onExhausted.orElse(Budget.DEFAULT_ON_EXHAUSTED));
        }
    }

    private static Secret secret(Node.Scalar scalar) {
        var secret =
                scalar.missing()
                        .map(Secret::unset)
                        .orElseGet(
                                () -> {
                                    Secret given = Secret.of(scalar.text());
                                    return given.reveal().isEmpty()
                                            ? Secret.unset("has no value")
                                            : given;
                                });
        return scalar.again()
                .map(again -> secret.fromFile(() -> secret(again.get())))
                .orElse(secret);
    }
}
