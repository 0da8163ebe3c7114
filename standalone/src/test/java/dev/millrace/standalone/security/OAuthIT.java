package dev.millrace.standalone.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.console.ExitCode;
import dev.millrace.testclusters.secured.SecuredCluster;
import dev.millrace.testclusters.secured.ServerCertificate.Flaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests services that log in with tokens of an OAuth server (OAUTHBEARER, client credentials). */
@Tag("long")
class OAuthIT {
    private static final String MODULE =
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required";

    @TempDir private static Path folder;
    private static TokenServer tokens;
    private static SecuredCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        tokens = new TokenServer(folder);
        // For the broker. Only this test uses OAuth in this process.
        System.setProperty(
                "org.apache.kafka.sasl.oauthbearer.allowed.urls", tokens.keys().toString());
        String listener = "listener.name.none.";
        cluster =
                SecuredCluster.start(
                        folder,
                        Map.of(
                                listener + "sasl.enabled.mechanisms",
                                "OAUTHBEARER",
                                listener + "oauthbearer.sasl.jaas.config",
                                MODULE + ";",
                                listener + "oauthbearer.sasl.server.callback.handler.class",
                                "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler",
                                listener + "sasl.oauthbearer.jwks.endpoint.url",
                                tokens.keys().toString(),
                                listener + "sasl.oauthbearer.expected.audience",
                                TokenServer.AUDIENCE));
        cluster.allow(Rights.everything(TokenServer.CLIENT));
    }

    @AfterAll
    static void stop() {
        cluster.close();
        tokens.close();
    }

    @Test
    void serviceAndCommandLogInWithATokenForASecretFromAFile() throws Exception {
        String config = config("right", TokenServer.SECRET);
        try (var topics = new MillraceProcess(folder, "topics", "apply", "--config", config)) {
            assertThat(topics.exitCode()).as(topics.output()).isEqualTo(ExitCode.OK);
        }
        try (var worker =
                new MillraceProcess(
                        folder, "worker", "--config", config, "--metrics", "127.0.0.1:0")) {
            Awaitility.await().until(() -> hasPartitions() || !worker.isAlive());
            assertThat(worker.isAlive()).as(worker.output()).isTrue();
            assertThat(worker.output()).doesNotContain("WARN", "ERROR");
        }
    }

    /** Returns true when a worker has joined its group and got partitions. */
    private static boolean hasPartitions() {
        return cluster.admin()
                .describeConsumerGroups(List.of("millrace.worker"))
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .handle(
                        (groups, _) ->
                                groups != null
                                        && groups.values().stream()
                                                .flatMap(it -> it.members().stream())
                                                .anyMatch(
                                                        it ->
                                                                !it.assignment()
                                                                        .topicPartitions()
                                                                        .isEmpty()))
                .join();
    }

    @Test
    void wrongSecretEndsAServiceWithOneLineThatDoesNotContainIt() throws Exception {
        String wrong = "wrong-secret-7007";
        try (var worker =
                new MillraceProcess(folder, "worker", "--config", config("wrong", wrong))) {
            assertThat(worker.exitCode()).as(worker.output()).isEqualTo(ExitCode.FAILURE);
            assertThat(worker.output().lines())
                    .singleElement()
                    .asString()
                    .startsWith("Cannot use the cluster " + cluster.servers(Flaw.NONE) + ": ")
                    .contains("401")
                    .doesNotContain(wrong);
        }
    }

    private static String config(String name, String secret) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".secret"), secret);
        return Files.writeString(
                        folder.resolve(name + ".yaml"),
                        """
                        kafka:
                          bootstrap.servers: "%s"
                          security.protocol: SASL_SSL
                          ssl.truststore.type: PEM
                          ssl.truststore.location: "%s"
                          sasl.mechanism: OAUTHBEARER
                          sasl.login.callback.handler.class: org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler
                          sasl.oauthbearer.token.endpoint.url: "%s"
                          sasl.oauthbearer.client.credentials.client.id: "%s"
                          sasl.oauthbearer.client.credentials.client.secret: "${file:%s}"
                          sasl.jaas.config: "%s;"
                        topics: { partitions: 2, replication_factor: 1 }
                        providers: { p: { wire: openai, base_url: "http://127.0.0.1:1/v1", api_key: sk-not-used-7008 } }
                        models: { m1: { provider: p, price: { input: 1, output: 1 } } }
                        """
                                .formatted(
                                        cluster.servers(Flaw.NONE),
                                        cluster.certificate(Flaw.NONE).authority(),
                                        tokens.tokens(),
                                        TokenServer.CLIENT,
                                        file,
                                        MODULE))
                .toString();
    }
}
