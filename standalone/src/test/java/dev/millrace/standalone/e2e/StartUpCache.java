package dev.millrace.standalone.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/**
 * Creates the start-up cache for the jars that Maven has just built, so that commands in these
 * tests start as fast as for a user.
 *
 * <p>Test classes run in several JVMs at once: the first JVM creates the cache while the others
 * wait for its lock. Without a cache, the tests are only slower.
 */
final class StartUpCache {
    private static boolean isCreated;

    private StartUpCache() {}

    /**
     * Creates the cache, unless it is newer than all jars.
     *
     * @param root folder of the project
     * @param home folder of the jars
     */
    static synchronized void createOnce(Path root, Path home) {
        if (isCreated) {
            return;
        }
        try (var channel =
                        FileChannel.open(
                                home.resolveSibling("start-up-cache.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            if (isOutdated(home)) {
                create(root, home);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        isCreated = true;
    }

    private static boolean isOutdated(Path home) throws IOException {
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

    private static void create(Path root, Path home) throws IOException {
        var builder = new ProcessBuilder(root.resolve("millrace").toString(), "--version");
        builder.environment().put("MILLRACE_HOME", home.toString());
        builder.environment().put("MILLRACE_AOT", "make");
        Running.start(builder, "millrace --version").await().exitsWith(0);
    }
}
