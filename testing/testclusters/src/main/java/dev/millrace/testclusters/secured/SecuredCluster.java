package dev.millrace.testclusters.secured;

import dev.millrace.testclusters.FreePorts;
import dev.millrace.testclusters.secured.RecordingAuthorizer.Access;
import dev.millrace.testclusters.secured.ServerCertificate.Flaw;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka node in this process. Requires TLS and a login, and enforces access control lists.
 *
 * <p>An additional listener needs neither TLS nor login; its clients may do everything.
 */
public final class SecuredCluster implements AutoCloseable {
    private static final int SCRAM_ITERATIONS = 4096;

    private final String name = Uuid.randomUuid().toString();
    private final Map<Flaw, ServerCertificate> certificates;
    private final Map<String, Integer> ports;
    private final KafkaRaftServer server;
    private final Admin admin;

    private SecuredCluster(Path folder, Map<String, String> more) {
        certificates =
                List.of(Flaw.values()).parallelStream()
                        .collect(
                                Collectors.toMap(
                                        it -> it, it -> ServerCertificate.create(folder, it)));
        ports = FreePorts.of(List.of("ADMIN", "CONTROLLER", "NONE", "EXPIRED", "OTHER_HOST"));
        Path log = folder.resolve("log");
        format(log);
        Map<String, String> properties = properties(log);
        properties.putAll(more);
        server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        admin = Admin.create(Map.of("bootstrap.servers", adminServers()));
    }

    /** Starts a cluster whose users have passwords. */
    public static SecuredCluster start(Path folder) {
        return new SecuredCluster(folder, Map.of());
    }

    /**
     * Starts a cluster with more settings.
     *
     * @param more properties of the broker; the listener of all users is {@code none}
     */
    public static SecuredCluster start(Path folder, Map<String, String> more) {
        return new SecuredCluster(folder, more);
    }

    private Map<String, String> properties(Path log) {
        var properties = new HashMap<String, String>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("log.dirs", log.toString());
        properties.put(
                "listeners",
                ports.entrySet().stream()
                        .map(it -> it.getKey() + "://127.0.0.1:" + it.getValue())
                        .collect(Collectors.joining(",")));
        properties.put(
                "listener.security.protocol.map",
                "ADMIN:PLAINTEXT,CONTROLLER:PLAINTEXT,NONE:SASL_SSL,EXPIRED:SASL_SSL,OTHER_HOST:SASL_SSL");
        properties.put("inter.broker.listener.name", "ADMIN");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + ports.get("CONTROLLER"));
        properties.put("auto.create.topics.enable", "false");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "2");
        properties.put("offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE));
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "2");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("group.consumer.assignment.interval.ms", "0");
        properties.put("message.max.bytes", Integer.toString(40 << 20));
        properties.put("authorizer.class.name", RecordingAuthorizer.class.getName());
        properties.put(RecordingAuthorizer.CLUSTER_CONFIG, name);
        properties.put("super.users", "User:ANONYMOUS");
        certificates.forEach((flaw, certificate) -> secure(properties, flaw, certificate));
        return properties;
    }

    private static void secure(
            Map<String, String> properties, Flaw flaw, ServerCertificate certificate) {
        String prefix = "listener.name." + flaw.name().toLowerCase(Locale.ROOT) + ".";
        properties.put(prefix + "ssl.keystore.location", certificate.keyStore().toString());
        properties.put(prefix + "ssl.keystore.password", ServerCertificate.PASSWORD);
        properties.put(prefix + "ssl.keystore.type", "PKCS12");
        properties.put(prefix + "sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.put(
                prefix + "scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    }

    private static void format(Path log) {
        try (var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(1)
                    .setClusterId(Uuid.randomUuid().toString())
                    .addDirectory(log.toString())
                    .setMetadataLogDirectory(log.toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setControllerListenerName("CONTROLLER")
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the address of the listener without TLS and login. */
    public String adminServers() {
        return address("ADMIN");
    }

    /** Returns the address of the listener whose certificate has the given flaw. */
    public String servers(Flaw flaw) {
        return address(flaw.name());
    }

    private String address(String listener) {
        return "127.0.0.1:" + ports.get(listener);
    }

    /** Returns the certificate with the given flaw. */
    public ServerCertificate certificate(Flaw flaw) {
        return Objects.requireNonNull(certificates.get(flaw));
    }

    /** Returns a client that may do everything. The cluster closes it. */
    public Admin admin() {
        return admin;
    }

    /** Creates a user, or changes the user's password. */
    public void addUser(String user, String password) {
        await(
                admin.alterUserScramCredentials(
                                List.of(
                                        new UserScramCredentialUpsertion(
                                                user,
                                                new ScramCredentialInfo(
                                                        ScramMechanism.SCRAM_SHA_512,
                                                        SCRAM_ITERATIONS),
                                                password)))
                        .all());
    }

    /** Returns the properties of a client that logs in as the given user. */
    public Map<String, String> client(String user, String password) {
        return client(Flaw.NONE, user, password);
    }

    /** Returns the properties of a client of the listener whose certificate has a flaw. */
    public Map<String, String> client(Flaw flaw, String user, String password) {
        var properties = new HashMap<String, String>();
        properties.put("bootstrap.servers", servers(flaw));
        properties.put("security.protocol", "SASL_SSL");
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.location", certificate(flaw).authority().toString());
        properties.put("sasl.mechanism", "SCRAM-SHA-512");
        properties.put("sasl.jaas.config", jaas(user, password));
        return properties;
    }

    /** Returns the login of a user as a client property. */
    public static String jaas(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(user, password);
    }

    /** Adds access control lists, which are in force when this returns. */
    public void allow(Collection<AclBinding> bindings) {
        await(admin.createAcls(bindings).all());
    }

    /** Removes access control lists. */
    public void revoke(Collection<AclBinding> bindings) {
        await(admin.deleteAcls(bindings.stream().map(AclBinding::toFilter).toList()).all());
    }

    /** Returns every answer of the authorizer so far; grows while the cluster runs. */
    public Set<Access> accesses() {
        return RecordingAuthorizer.of(name);
    }

    private static <T> T await(KafkaFuture<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        admin.close();
        server.shutdown();
        server.awaitShutdown();
    }
}
