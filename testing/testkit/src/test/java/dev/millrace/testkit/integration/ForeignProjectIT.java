package dev.millrace.testkit.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.testkit.MillracePipeline;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deploys the artifacts of the Java client to a folder, and builds and runs {@code examples/java17}
 * with them and JDK 17.
 */
@Tag("long")
class ForeignProjectIT {
    private static final Path LAUNCHER = Path.of(System.getProperty("millrace.launcher"));
    private static final Path ROOT = Objects.requireNonNull(LAUNCHER.getParent());
    private static final Path JDKS = Path.of("/usr/lib/jvm");
    private static final int MINUTES = 20;

    /** The parent, and what a program with the client needs. */
    private static final List<String> MODULES =
            List.of(
                    ".",
                    "libraries/yaml",
                    "libraries/messages",
                    "producer",
                    "libraries/consumer",
                    "libraries/client",
                    "libraries/bom");

    @TempDir private Path folder;
    private Path jdk17;

    @BeforeEach
    void findJdk() throws IOException {
        Optional<Path> found = jdk17();
        assumeTrue(found.isPresent(), "There is no JDK 17 in " + JDKS);
        jdk17 = found.orElseThrow();
    }

    private static Optional<Path> jdk17() throws IOException {
        if (!Files.isDirectory(JDKS)) {
            return Optional.empty();
        }
        try (Stream<Path> jdks = Files.list(JDKS)) {
            return jdks.filter(ForeignProjectIT::isJdk17).findFirst();
        }
    }

    private static boolean isJdk17(Path jdk) {
        Path release = jdk.resolve("release");
        try {
            return Files.isExecutable(jdk.resolve("bin/javac"))
                    && Files.exists(release)
                    && Files.readString(release).contains("JAVA_VERSION=\"17.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void programWithJava17CallsAModel() throws Exception {
        Path repository = deploy();
        Path project = copy();
        String classPath = build(project, repository);

        assertThat(artifacts(classPath))
                .allMatch(
                        it ->
                                it.matches(
                                        "(millrace|kafka-clients|jackson|lz4|snappy|zstd|slf4j-api|jspecify).*"));
        try (var pipeline = MillracePipeline.start()) {
            assertThat(
                            run(
                                    project,
                                    jdk17,
                                    jdk17.resolve("bin/java").toString(),
                                    "-cp",
                                    "target/classes" + File.pathSeparator + classPath,
                                    "com.example.ask.Ask",
                                    pipeline.bootstrapServers(),
                                    "Where is my parcel?"))
                    .contains("Where is my parcel?", " USD");
        }
    }

    /** Deploys the artifacts as a release does, built into other folders; returns the folder. */
    private Path deploy() throws Exception {
        Path repository = folder.resolve("repository");
        run(
                ROOT,
                Path.of(System.getProperty("java.home")),
                "mvn",
                "-B",
                "-ntp",
                "package",
                // The lifecycle of an old Maven has a version that knows other parameters.
                "org.apache.maven.plugins:maven-deploy-plugin:3.2.0:deploy",
                "-Prelease",
                "-Dproduct",
                "-Dunchecked",
                "-Dbuild.folder=target/foreign",
                "-DaltDeploymentRepository=test::" + repository.toUri(),
                "-pl",
                String.join(",", MODULES));
        try (Stream<Path> files = Files.walk(repository.resolve("dev/millrace/millrace-client"))) {
            assertThat(files.map(it -> it.getFileName().toString()))
                    .anyMatch(it -> it.endsWith("-sources.jar"))
                    .anyMatch(it -> it.endsWith("-javadoc.jar"));
        }
        return repository;
    }

    /** Copies the project out of the reach of this project's options for Maven. */
    private Path copy() throws IOException {
        Path from = ROOT.resolve("examples").resolve("java17");
        Path to = folder.resolve("ask");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        return to;
    }

    /** Compiles the project with JDK 17; returns the class path of its libraries. */
    private String build(Path project, Path repository) throws Exception {
        run(
                project,
                jdk17,
                "mvn",
                "-B",
                "-ntp",
                "-s",
                settings().toString(),
                "-Dmillrace.repository=" + repository.toUri(),
                "-Dmdep.outputFile=class-path",
                "compile",
                "dependency:build-classpath");
        return Files.readString(project.resolve("class-path")).strip();
    }

    /**
     * Returns settings with an empty local repository, so that nothing of Millrace comes from this
     * machine's, and with that one in place of Maven Central.
     */
    private Path settings() throws IOException {
        Path local = Path.of(System.getProperty("user.home"), ".m2", "repository");
        return Files.writeString(
                folder.resolve("settings.xml"),
                """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors>
                    <mirror>
                      <id>machine</id>
                      <mirrorOf>central</mirrorOf>
                      <url>%s</url>
                    </mirror>
                  </mirrors>
                </settings>
                """
                        .formatted(folder.resolve("local"), local.toUri()));
    }

    private static List<String> artifacts(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .map(it -> Path.of(it).getFileName().toString())
                .toList();
    }

    private String run(Path directory, Path jdk, String... command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        var builder =
                new ProcessBuilder(new ArrayList<>(List.of(command)))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile());
        builder.environment().put("JAVA_HOME", jdk.toString());
        // Maven's script exports the options of the JDK that runs this test.
        builder.environment().remove("MAVEN_OPTS");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroy();
        }
        String text = Files.readString(out);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
