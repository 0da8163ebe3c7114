package dev.millrace.standalone.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.standalone.cluster.AccessCheck;
import dev.millrace.standalone.cluster.ClusterAccess;
import dev.millrace.standalone.cluster.Role;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.UserError;
import dev.millrace.testclusters.secured.SecuredCluster;
import dev.millrace.testclusters.secured.ServerCertificate.Flaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests the messages when the cluster refuses the client's certificate or login, or the client
 * refuses the cluster's.
 */
class RefusedLoginIT {
    private static final String PASSWORD = "password-7003";
    private static final String WRONG = "wrong-7004";

    @TempDir private static Path folder;
    private static SecuredCluster cluster;

    @BeforeAll
    static void start() {
        cluster = SecuredCluster.start(folder);
        cluster.addUser("worker", PASSWORD);
        cluster.allow(Rights.everything("worker"));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void correctLoginIsAccepted() {
        assertThat(AccessCheck.check(config(client()), Role.CONSUME))
                .isEqualTo(new ClusterAccess.Usable(List.of()));
    }

    @ParameterizedTest
    @EnumSource(Mistake.class)
    void mistakeIsExplainedInOneLineWithoutThePassword(Mistake mistake) {
        Map<String, String> properties = mistake.client();
        var refusal =
                catchThrowableOfType(
                        UserError.class, () -> AccessCheck.check(config(properties), Role.CONSUME));

        assertThat(refusal)
                .hasMessageStartingWith(
                        "Cannot use the cluster " + properties.get("bootstrap.servers") + ": ")
                .hasMessageContaining(mistake.reason)
                .hasMessageEndingWith(mistake.advice)
                .hasMessageNotContaining(WRONG)
                .hasMessageNotContaining(PASSWORD)
                .hasMessageNotContaining("\n");
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.FAILURE);
    }

    enum Mistake {
        WRONG_PASSWORD(
                "invalid credentials with SASL mechanism SCRAM-SHA-512",
                "Check sasl.mechanism and sasl.jaas.config in the kafka block") {
            @Override
            void make(Map<String, String> client) {
                client.put("sasl.jaas.config", SecuredCluster.jaas("worker", WRONG));
            }
        },
        UNKNOWN_USER(
                "invalid credentials with SASL mechanism SCRAM-SHA-512",
                "Check sasl.mechanism and sasl.jaas.config in the kafka block") {
            @Override
            void make(Map<String, String> client) {
                client.put("sasl.jaas.config", SecuredCluster.jaas("nobody", PASSWORD));
            }
        },
        OTHER_MECHANISM("'SCRAM-SHA-256' not enabled", "Set sasl.mechanism in the kafka block") {
            @Override
            void make(Map<String, String> client) {
                client.put("sasl.mechanism", "SCRAM-SHA-256");
            }
        },
        UNTRUSTED_CERTIFICATE(
                "unable to find valid certification path",
                "set ssl.truststore.location in the kafka block") {
            @Override
            void make(Map<String, String> client) {
                client.put(
                        "ssl.truststore.location",
                        cluster.certificate(Flaw.OTHER_HOST).authority().toString());
            }
        },
        EXPIRED_CERTIFICATE("NotAfter", "renew it, or correct the clock") {
            @Override
            void make(Map<String, String> client) {
                client.putAll(cluster.client(Flaw.EXPIRED, "worker", PASSWORD));
            }
        },
        OTHER_HOST(
                "No subject alternative names matching IP address 127.0.0.1",
                "set bootstrap.servers in the kafka block to a name that it contains") {
            @Override
            void make(Map<String, String> client) {
                client.putAll(cluster.client(Flaw.OTHER_HOST, "worker", PASSWORD));
            }
        },
        MISSING_TRUST_STORE("no-such-file.pem", "Check the kafka block") {
            @Override
            void make(Map<String, String> client) {
                client.put("ssl.truststore.location", "/no-such-file.pem");
            }
        };

        private final String reason;
        private final String advice;

        Mistake(String reason, String advice) {
            this.reason = reason;
            this.advice = advice;
        }

        abstract void make(Map<String, String> client);

        Map<String, String> client() {
            Map<String, String> client = RefusedLoginIT.client();
            make(client);
            return client;
        }
    }

    @Test
    void serviceEndsWithOneLineAndAnExitCode() throws IOException, InterruptedException {
        Map<String, String> client = Mistake.WRONG_PASSWORD.client();
        String yaml =
                client.entrySet().stream()
                                .map(it -> it.getKey() + ": '" + it.getValue() + "'")
                                .collect(Collectors.joining("\n  ", "kafka:\n  ", "\n"))
                        + "providers: { openai: { wire: openai, base_url: 'http://127.0.0.1:1/v1', api_key: sk-not-used-7005 } }\n";
        Path file = Files.writeString(folder.resolve("wrong.yaml"), yaml);
        try (var worker = new MillraceProcess(folder, "worker", "--config", file.toString())) {
            assertThat(worker.exitCode()).as(worker.output()).isEqualTo(ExitCode.FAILURE);
            assertThat(worker.output()).doesNotContain(WRONG);
            // Another process may have the default port, and a busy broker answers late.
            assertThat(worker.output().lines())
                    .filteredOn(
                            it ->
                                    !it.contains("metrics and health are on")
                                            && !it.startsWith("waiting for the cluster"))
                    .singleElement()
                    .asString()
                    .startsWith("Cannot use the cluster");
        }
    }

    private static Map<String, String> client() {
        return cluster.client("worker", PASSWORD);
    }

    private static MillraceConfig config(Map<String, String> client) {
        return ConfigLoader.defaults().withKafka(new KafkaConfig(client));
    }
}
