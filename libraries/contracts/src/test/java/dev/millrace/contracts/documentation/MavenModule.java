package dev.millrace.contracts.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A module that the root {@code pom.xml} names, by its folder, such as {@code libraries/wire}. */
public record MavenModule(String folder) {
    // Tests run in the directory of their module.
    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    /** Returns the modules of all profiles. */
    public static List<MavenModule> all() {
        try {
            return MODULE.matcher(Files.readString(ROOT.resolve("pom.xml")))
                    .results()
                    .map(it -> new MavenModule(it.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the Java files of the main code of all modules. */
    static List<Path> sources() {
        return all().stream().flatMap(it -> javaFiles(it.mainCode())).toList();
    }

    static Stream<Path> javaFiles(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(it -> it.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return ROOT.resolve(folder);
    }

    Path mainCode() {
        return path().resolve(Path.of("src", "main", "java"));
    }

    @Override
    public String toString() {
        return folder;
    }
}
