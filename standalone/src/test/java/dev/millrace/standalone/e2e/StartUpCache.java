package dev.millrace.standalone.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/**
 * Makes the start-up cache for the jars that Maven has just built, so that each of the many
 * commands in these tests starts as fast as a user's.
 *
 * <p>Test classes run in several JVMs at once: the first one makes the cache while the others wait
 * for its lock. A cache that cannot be made only costs time.
 */
final class StartUpCache {
    private static boolean isMade;

    private StartUpCache() {}

    /**
     * Makes the cache if it is older than a jar.
     *
     * @param root of the project
     */
    static synchronized void makeOnce(Path root) {
        if (isMade) {
            return;
        }
        Path target = root.resolve("standalone").resolve("target");
        try (var channel =
                        FileChannel.open(
                                target.resolve("start-up-cache.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            if (isOld(target.resolve("millrace"))) {
                make(root);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        isMade = true;
    }

    private static boolean isOld(Path home) throws IOException {
        Path cache = home.resolve("millrace.aot");
        if (Files.notExists(cache)) {
            return true;
        }
        FileTime made = Files.getLastModifiedTime(cache);
        try (var files = Files.walk(home)) {
            return files.filter(it -> it.toString().endsWith(".jar"))
                    .anyMatch(jar -> isNewer(jar, made));
        }
    }

    private static boolean isNewer(Path jar, FileTime time) {
        try {
            return Files.getLastModifiedTime(jar).compareTo(time) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(Path root) throws IOException {
        var builder = new ProcessBuilder(root.resolve("millrace").toString(), "--version");
        builder.environment().put("MILLRACE_BUILD", "never");
        builder.environment().put("MILLRACE_AOT", "make");
        Running.start(builder, "millrace --version").await().exitsWith(0);
    }
}
