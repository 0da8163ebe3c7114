package dev.millrace.testkit.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Kafka and PostgreSQL in containers of their official images, or of substitute images with these
 * names.
 */
final class OfficialImages implements AutoCloseable {
    /** The image of this project. */
    static final String MILLRACE_IMAGE = image("MILLRACE_IMAGE", "millrace:latest");

    static final String KAFKA_IMAGE = image("MILLRACE_KAFKA_IMAGE", "apache/kafka:4.2.2");
    private static final String POSTGRES_IMAGE = image("MILLRACE_POSTGRES_IMAGE", "postgres:15");

    /** A busy machine needs more than the minute of the modules. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

    private final KafkaContainer kafka = newKafka();
    private final PostgreSQLContainer postgres =
            new PostgreSQLContainer(
                            DockerImageName.parse(POSTGRES_IMAGE)
                                    .asCompatibleSubstituteFor("postgres"))
                    .withStartupTimeout(START_TIMEOUT);

    private OfficialImages() {}

    /** Returns a Kafka that is not started. */
    static KafkaContainer newKafka() {
        return new KafkaContainer(
                        DockerImageName.parse(KAFKA_IMAGE)
                                .asCompatibleSubstituteFor("apache/kafka"))
                .withStartupTimeout(START_TIMEOUT);
    }

    private static String image(String variable, String standard) {
        return Objects.requireNonNullElse(System.getenv(variable), standard);
    }

    /** Starts both, or skips the tests if there is no engine or an image is missing. */
    static OfficialImages startOrSkip() {
        requireImage(KAFKA_IMAGE);
        requireImage(POSTGRES_IMAGE);
        var images = new OfficialImages();
        try {
            images.kafka.start();
            images.postgres.start();
            return images;
        } catch (RuntimeException e) {
            images.close();
            throw e;
        }
    }

    /** Skips the tests if there is no engine, or it does not have the image. */
    static void requireImage(String image) {
        assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(),
                "there is no container engine: \"docker info\" fails");
        assumeTrue(
                exists(image),
                "there is no image "
                        + image
                        + ": deploy/containers/service-images or \"docker build -t millrace .\" makes it");
    }

    private static boolean exists(String image) {
        return docker("image", "inspect", image) == 0;
    }

    /** Runs {@code docker} to its end, and returns its exit code. */
    private static int docker(String... arguments) {
        try {
            return new ProcessBuilder(
                            Stream.concat(Stream.of("docker"), Stream.of(arguments)).toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    String bootstrapServers() {
        return kafka.getBootstrapServers();
    }

    /** Creates a database; returns its URL, with the user and the password. */
    String createDatabase(String name) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                postgres.getJdbcUrl(),
                                postgres.getUsername(),
                                postgres.getPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
                .formatted(
                        postgres.getHost(),
                        postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                        name,
                        postgres.getUsername(),
                        postgres.getPassword());
    }

    /** Freezes the database until the returned handle is closed: it answers nothing. */
    Frozen freezePostgres() {
        return new Frozen(postgres.getContainerId());
    }

    /** Freezes Kafka until the returned handle is closed: it answers nothing. */
    Frozen freezeKafka() {
        return new Frozen(kafka.getContainerId());
    }

    @Override
    public void close() {
        kafka.close();
        postgres.close();
    }

    /** A container whose processes are suspended. */
    static final class Frozen implements AutoCloseable {
        private final String container;

        private Frozen(String container) {
            this.container = container;
            assertThat(docker("pause", container)).isZero();
        }

        @Override
        public void close() {
            assertThat(docker("unpause", container)).isZero();
        }
    }
}
