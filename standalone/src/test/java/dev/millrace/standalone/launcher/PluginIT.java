package dev.millrace.standalone.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testclusters.secured.SecuredCluster;
import dev.millrace.testclusters.secured.ServerCertificate.Flaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.security.auth.Subject;
import javax.security.auth.callback.CallbackHandler;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with the jars of this build, and a login to Kafka in a jar of its user. */
class PluginIT {
    private static final String USER = "plugin";
    private static final String PASSWORD = "password-7013";

    @TempDir private Path folder;
    private SecuredCluster cluster;
    private Path launcher;

    /** Knows the user and the password, as MSK's login with IAM knows its role. */
    public static final class FixedLogin extends ScramLoginModule {
        /** Created by Kafka's client. */
        public FixedLogin() {}

        @Override
        public void initialize(
                Subject subject,
                CallbackHandler handler,
                Map<String, ?> shared,
                Map<String, ?> options) {
            subject.getPublicCredentials().add(USER);
            subject.getPrivateCredentials().add(PASSWORD);
        }
    }

    @BeforeEach
    void start() throws IOException {
        cluster =
                SecuredCluster.start(folder, Map.of("super.users", "User:ANONYMOUS;User:" + USER));
        cluster.addUser(USER, PASSWORD);
        launcher = Files.copy(BuiltMillraceIT.ROOT.resolve("millrace"), folder.resolve("millrace"));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void loginInTheFolderBesideTheLauncherIsUsed() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        writeJar(plugins.resolve("login.jar"), FixedLogin.class);

        var applied = applyTopics();

        assertThat(applied.errors()).isEmpty();
        assertThat(applied.output()).startsWith("created   millrace.");
        assertThat(applied.exitCode()).isZero();
    }

    @Test
    void missingLoginIsNamed() throws Exception {
        var refused = applyTopics();

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors()).contains(FixedLogin.class.getName());
    }

    private Started.Finished applyTopics() throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("millrace.yaml"),
                        """
                        kafka:
                          bootstrap.servers: "%s"
                          security.protocol: SASL_SSL
                          ssl.truststore.type: PEM
                          ssl.truststore.location: "%s"
                          sasl.mechanism: SCRAM-SHA-512
                          sasl.jaas.config: "%s required;"
                        topics: { partitions: 2, replication_factor: 1 }
                        providers: { p: { wire: openai, base_url: "http://127.0.0.1:1/v1", api_key: sk-not-used-7013 } }
                        models: { m1: { provider: p, price: { input: 1, output: 1 } } }
                        """
                                .formatted(
                                        cluster.servers(Flaw.NONE),
                                        cluster.certificate(Flaw.NONE).authority(),
                                        FixedLogin.class.getName()));
        var environment =
                Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "PATH",
                        "/usr/bin:/bin",
                        "MILLRACE_JAVA_OPTS",
                        "-Djava.io.tmpdir=" + folder,
                        "MILLRACE_HOME",
                        BuiltMillraceIT.BUILT.toString());
        return Started.start(
                        environment,
                        folder,
                        launcher,
                        "topics",
                        "apply",
                        "--config",
                        config.toString())
                .await();
    }

    private static void writeJar(Path file, Class<?> content) throws IOException {
        String name = content.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(file));
                var bytes = Objects.requireNonNull(content.getResourceAsStream("/" + name))) {
            jar.putNextEntry(new JarEntry(name));
            bytes.transferTo(jar);
        }
    }
}
