package dev.millrace.contracts.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the map of the code in {@code CONTRIBUTING.md} with the folders. */
class CodeMapTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path PACKAGES = Path.of("src", "main", "java", "dev", "millrace");
    private static final Pattern TARGET = Pattern.compile("]\\(([^)#\\s]+)");

    /** The measurements have their own list of commands. */
    private static final Path BENCH = Path.of("testing", "bench");

    /** Returns the packages below the root package of each module, or the root package itself. */
    static List<Path> concerns() throws IOException {
        var concerns = new ArrayList<Path>();
        for (Path module : modules()) {
            if (!module.endsWith(BENCH) && Files.isDirectory(module.resolve(PACKAGES))) {
                for (Path root : folders(module.resolve(PACKAGES))) {
                    List<Path> packages = folders(root);
                    concerns.addAll(packages.isEmpty() ? List.of(root) : packages);
                }
            }
        }
        return concerns;
    }

    /** Returns the folders at the root and in the wings. */
    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.walk(ROOT, 2)) {
            return folders.filter(Files::isDirectory).toList();
        }
    }

    private static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).toList();
        }
    }

    private static List<Path> targets() throws IOException {
        var map = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
        return TARGET.matcher(map)
                .results()
                .map(link -> ROOT.resolve(link.group(1)).normalize())
                .toList();
    }

    @Test
    void packagesAreFound() throws IOException {
        assertThat(concerns()).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @MethodSource("concerns")
    void eachConcernIsOnTheMap(Path concern) throws IOException {
        assertThat(targets()).anyMatch(target -> target.startsWith(concern.normalize()));
    }
}
