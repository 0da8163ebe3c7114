package dev.millrace.standalone.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with the jars of this build. */
class BuiltMillraceIT {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path BUILT =
            Path.of(
                    System.getProperty(
                            "millrace.home",
                            ROOT.resolve("standalone/target/millrace").toString()));

    /** HotSpot's exit code with {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int OUT_OF_MEMORY = 3;

    @TempDir Path folder;

    @Test
    void versionIsTheOnlyOutput() throws Exception {
        var version = start(ROOT.resolve("millrace"), "--version").await();

        assertThat(version.exitCode()).isZero();
        assertThat(version.output()).matches("millrace \\d+\\.\\d+\\.\\d+.*\\n");
        assertThat(version.errors()).isEmpty();
    }

    /** The environment of these tests has no locale, as in cron. */
    @Test
    void namesOfFilesAreReadWithoutALocale() throws Exception {
        String command =
                ROOT.resolve("millrace") + " run --simulate $'gr\\xc3\\xb6\\xc3\\x9fe.jsonl'";

        var ended = start(Path.of("/bin/bash"), "-c", command).await();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.errors()).contains("There is no file gr\u00f6\u00dfe.jsonl");
    }

    @Test
    void startUpCacheOfAnotherJvmIsIgnoredSilently() throws Exception {
        var copy = Files.copy(ROOT.resolve("millrace"), folder.resolve("millrace"));
        var home = Files.createDirectories(folder.resolve("copy"));
        Files.copy(BUILT.resolve("millrace.jar"), home.resolve("millrace.jar"));
        Files.createSymbolicLink(home.resolve("lib"), BUILT.resolve("lib"));
        Files.writeString(home.resolve("millrace.aot"), "of another JVM");

        var version = start("", home, copy, "--version").await();

        assertThat(version.exitCode()).isZero();
        assertThat(version.output()).startsWith("millrace ").hasLineCount(1);
        assertThat(version.errors()).isEmpty();
    }

    /** Waits for the command: a JVM that gets the signal while it starts may exit with code 1. */
    @Test
    void terminationSignalReachesTheCommand() throws Exception {
        var started = start(ROOT.resolve("millrace"), "simulator");
        await().until(() -> Files.readString(started.output()).startsWith("simulator "));

        started.process().destroy();

        assertThat(started.await().exitCode()).isZero();
    }

    @Test
    void exhaustedMemoryEndsTheProcessAtOnce() throws Exception {
        var file = ROOT.resolve("examples/support-tickets.jsonl").toString();

        var ended =
                start("-Xmx24m", BUILT, ROOT.resolve("millrace"), "run", "--simulate", file)
                        .await();

        assertThat(ended.exitCode()).isEqualTo(OUT_OF_MEMORY);
        assertThat(ended.errors()).contains("Terminating due to java.lang.OutOfMemoryError");
        assertThat(ended.output()).isEmpty();
    }

    private Started start(Path command, String... arguments) throws IOException {
        return start("", BUILT, command, arguments);
    }

    private Started start(String javaOptions, Path home, Path command, String... arguments)
            throws IOException {
        var environment =
                Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "PATH",
                        "/usr/bin:/bin",
                        "MILLRACE_JAVA_OPTS",
                        "-Djava.io.tmpdir=" + folder + " " + javaOptions,
                        "MILLRACE_HOME",
                        home.toString());
        return Started.start(environment, folder, command, arguments);
    }
}
