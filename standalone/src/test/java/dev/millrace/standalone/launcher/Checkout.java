package dev.millrace.standalone.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A project folder with the real launcher, a source file, and fakes of Maven and a JDK 25. The fake
 * {@code mvn} records its call and creates a jar; the fake {@code java} prints its arguments.
 */
final class Checkout {
    private static final Path LAUNCHER = Path.of("..", "millrace");

    private final Path root;
    private final Map<String, String> environment = new TreeMap<>();

    private Checkout(Path root) {
        this.root = root;
    }

    static Checkout in(Path folder) throws IOException {
        var checkout = new Checkout(Files.createDirectories(folder.resolve("my checkout")));
        Files.copy(LAUNCHER, checkout.launcher());
        checkout.write("pom.xml", "<project/>");
        checkout.write(".mvn/jvm.config", "");
        checkout.write("standalone/pom.xml", "<project/>");
        checkout.write("standalone/src/main/java/Main.java", "class Main {}");
        checkout.tool(
                "tools/mvn",
                """
                echo "$@" >>"$PWD/mvn.calls"
                printf '[INFO] ----< dev.millrace:millrace-%s >----\\n' parent contracts standalone
                [ ! -f "$PWD/broken" ] || { echo "cannot find symbol: Mian"; exit 1; }
                [ ! -f then ] || . ./then
                mkdir -p standalone/target/unchecked/millrace/lib
                echo jar >standalone/target/unchecked/millrace/millrace.jar
                """);
        checkout.jdk("jdk-25", "25.0.1");
        checkout.environment.put("JAVA_HOME", checkout.path("jdk-25").toString());
        checkout.environment.put("PATH", checkout.path("tools") + ":/usr/bin:/bin");
        checkout.environment.put("HOME", checkout.path("home").toString());
        // A process in the background would write to the folder of a test that has ended.
        checkout.environment.put("MILLRACE_AOT", "off");
        return checkout;
    }

    /** Creates an unpacked release, on a machine without a JDK and Maven. */
    static Checkout ofRelease(Path folder) throws IOException {
        var release = new Checkout(Files.createDirectories(folder.resolve("millrace 0.1")));
        release.jdk("runtime", "25.0.1");
        Files.delete(release.path("runtime/bin/javac"));
        release.write("app/millrace.jar", "jar");
        Files.createDirectories(release.path("bin"));
        Files.copy(LAUNCHER, release.path("bin/millrace"));
        release.environment.put("PATH", "/usr/bin:/bin");
        release.environment.put("HOME", release.path("home").toString());
        release.environment.put("MILLRACE_JDKS", release.path("none").toString());
        return release;
    }

    Path path(String name) {
        return root.resolve(name);
    }

    Path launcher() {
        return path("millrace");
    }

    Checkout with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Creates a fake JDK, which creates a start-up cache when asked for one. */
    void jdk(String name, String version) throws IOException {
        write(name + "/release", "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        tool(name + "/bin/javac", "exit 1\n");
        tool(
                name + "/bin/java",
                """
                printf '[%s]' "$@"
                for option in "$@"; do
                    case $option in -XX:AOTCacheOutput=*) echo cache >"${option#*=}" ;; esac
                done
                """);
    }

    void write(String name, String text) throws IOException {
        Files.createDirectories(path(name).getParent());
        Files.writeString(path(name), text);
    }

    /**
     * Sets the modification time of a file later than every other file's, even on a coarse file
     * system clock.
     */
    void edit(String name) throws IOException {
        var later = Files.getLastModifiedTime(path(name)).toInstant().plus(Duration.ofHours(1));
        Files.setLastModifiedTime(path(name), FileTime.from(later));
    }

    List<String> builds() throws IOException {
        return Files.exists(path("mvn.calls")) ? Files.readAllLines(path("mvn.calls")) : List.of();
    }

    Started.Finished run(String... arguments) throws IOException {
        return start(root, launcher(), arguments).await();
    }

    Started start(Path currentFolder, Path command, String... arguments) throws IOException {
        return Started.start(environment, currentFolder, command, arguments);
    }

    /** Creates a program that is found before those of the system. */
    void tool(String name, String script) throws IOException {
        write(name, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(path(name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
