package dev.millrace.standalone.kubernetes;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that wrong values are refused, with their position, before anything is installed. */
class ChartRefusalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    image: { repository: '' } | image.repository | no public image exists
                    image: { digest: latest } | image/digest | pattern
                    sink: { replica: 2 } | sink | replica
                    router: { replicas: two } | router/replicas | integer
                    sink: { database: mysql } | sink/database | sqlite
                    workers: { Default: { models: [a] } } | workers | Default
                    workers: { default: { models: [] } } | workers/default/models | minItems
                    config: { kafka: { bootstrap.servers: null } } | config/kafka | bootstrap.servers
                    config: { providers: { openai: { api_key: hunter2 } } } | config.providers.openai | has a key
                    config: { providers: { openai: { keys: ['${A}', hunter2] } } } | config.providers.openai | has a key
                    config: { sink: { webhooks: [{ url: 'https://a', secret: hunter2 }] } } | config.sink.webhooks | has a secret
                    secrets: { env: [{ name: A-B, secret: s, key: k }] } | secrets/env/0/name | pattern
                    secrets: { env: [{ name: A, secret: s, key: k }] } | secrets.env | list the services
                    secrets: { files: [{ name: a, secret: s }] } | secrets.files | list the services
                    secrets: { files: [{ name: a, secret: s, services: [db] }] } | secrets/files/0/services/0 | router
                    sink: { database: postgresql } | sink.database | set config.sink.jdbc_url
                    sink: { replicas: 2 } | sink.database is sqlite | sink.replicas must be 1
                    config: { sink: { jdbc_url: 'jdbc:postgresql://db/m' } } | sink.database is sqlite | set sink.database
                    { sink: { database: postgresql }, config: { sink: { jdbc_url: 'jdbc:postgresql://db/m?password=hunter2' } } } | config.sink.jdbc_url | has a password
                    config: { kafka: { sasl.jaas.config: 'X required username="a" password="hunter2";' } } | config.kafka | has a password
                    config: { kafka: { ssl.key.password: hunter2 } } | config.kafka | has a password
                    gateway: { enabled: true } | gateway.enabled | sink.database postgresql
                    { gateway: { enabled: true }, sink: { database: postgresql }, config: { sink: { jdbc_url: 'jdbc:postgresql://db/m' } } } | gateway.enabled | gateway.databaseUrl
                    { gateway: { enabled: true, databaseUrl: 'jdbc:postgresql://db/m?password=hunter2' }, sink: { database: postgresql }, config: { sink: { jdbc_url: 'jdbc:postgresql://db/m' } } } | gateway.databaseUrl | has a password
                    { gateway: { enabled: true, replicas: 2, databaseUrl: 'jdbc:postgresql://db/m' }, sink: { database: postgresql }, config: { sink: { jdbc_url: 'jdbc:postgresql://db/m' } } } | gateway.replicas | ReadWriteMany
                    gateway: { ingress: { enabled: true, host: h } } | gateway.ingress.enabled | gateway.enabled
                    keda: { enabled: true } | workers.default.models | list the models
                    workers: { default: { models: [all, a] } } | workers.default.models | stands alone
                    workers: { default: { minReplicas: 20 } } | workers.default | greater than maxReplicas
                    { keda: { enabled: true, kafka: { sasl: plaintext } }, workers: { default: { models: [a] } } } | keda.kafka.secret | name the secret
                    { keda: { enabled: true }, workers: { default: { models: [a] } }, config: { kafka: { bootstrap.servers: '${K}' } } } | keda.kafka.bootstrapServers | name the brokers
                    config: { worker: { drain_timeout: soon } } | config.worker | is not a duration
                    """)
    void valueIsRefusedWithItsPlaceAndAReason(String values, String place, String reason) {
        assertThatThrownBy(() -> Chart.render(values))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(place)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("hunter2");
    }
}
