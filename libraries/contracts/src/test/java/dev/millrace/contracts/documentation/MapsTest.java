package dev.millrace.contracts.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the pages that say where code is with the modules and their packages. */
class MapsTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern LIST_ITEM =
            Pattern.compile("<li>(.*?)(?=<li>|</ul>|</ol>)", Pattern.DOTALL);
    private static final Pattern PACKAGE = Pattern.compile("\\{@code[\\s*]+([a-z]+)}");
    private static final Pattern README = Pattern.compile("\\[`[^`]+`]\\(([^)]+)/README\\.md\\)");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");
    private static final Pattern TYPE = Pattern.compile("[A-Z]+[a-z]\\w+");

    /** Returns the root packages of all modules; some modules have no main code. */
    static Stream<Path> rootPackages() {
        return MavenModule.all().stream()
                .map(it -> it.mainCode().resolve(Path.of("dev", "millrace")))
                .filter(Files::isDirectory)
                .flatMap(MapsTest::folders);
    }

    /** Returns the packages that the map of contributors covers: all but those of measurements. */
    static Stream<Path> packages() {
        return rootPackages()
                .filter(it -> !it.endsWith("bench"))
                .flatMap(it -> folders(it).findAny().isEmpty() ? Stream.of(it) : folders(it));
    }

    static Stream<MavenModule> modules() {
        return MavenModule.all().stream().filter(it -> !isInWing(it, "examples"));
    }

    @ParameterizedTest
    @MethodSource("rootPackages")
    void theRootPackageListsThePackagesOfItsModule(Path root) throws IOException {
        assertThat(listed(Files.readString(root.resolve("package-info.java"))))
                .containsExactlyInAnyOrderElementsOf(
                        folders(root).map(it -> it.getFileName().toString()).toList());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void contributorsFindAnEntryToThePackage(Path folder) throws IOException {
        Set<String> named = namesOfTheMap();

        assertThat(MavenModule.javaFiles(folder)).anyMatch(it -> named.contains(typeOf(it)));
    }

    @Test
    void contributorsFindEachNamedType() throws IOException {
        Set<String> types =
                MavenModule.sources().stream().map(MapsTest::typeOf).collect(Collectors.toSet());

        assertThat(namesOfTheMap())
                .filteredOn(it -> TYPE.matcher(it).matches())
                .hasSizeGreaterThan(100)
                .isSubsetOf(types);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void eachModuleHasAReadme(MavenModule module) {
        assertThat(module.path().resolve("README.md")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"libraries", "features", "testing"})
    void theReadmeOfAWingListsItsModules(String wing) throws IOException {
        assertThat(readmes(Files.readString(ROOT.resolve(wing).resolve("README.md"))))
                .map(it -> wing + "/" + it)
                .containsExactlyInAnyOrderElementsOf(
                        modules()
                                .filter(it -> isInWing(it, wing))
                                .map(MavenModule::folder)
                                .toList());
    }

    @Test
    void theArchitectureListsTheModules() throws IOException {
        String page = Files.readString(ROOT.resolve("docs").resolve("architecture.md"));

        assertThat(readmes(page.substring(page.indexOf("\n## Modules"))))
                .map(it -> it.replaceFirst("^\\.\\./", ""))
                .containsExactlyInAnyOrderElementsOf(modules().map(MavenModule::folder).toList());
    }

    @Test
    void onlyPackagesInListsAreRead() {
        assertThat(listed("{@code zero} <ul> <li>{@code one}, {@code\n * two} of {@code A}</ul>"))
                .containsExactly("one", "two");
    }

    private static List<String> listed(String page) {
        return LIST_ITEM
                .matcher(page)
                .results()
                .flatMap(item -> PACKAGE.matcher(item.group(1)).results())
                .map(it -> it.group(1))
                .toList();
    }

    private static List<String> readmes(String page) {
        return README.matcher(page).results().map(it -> it.group(1)).toList();
    }

    /** Returns the types, files and packages that the map in {@code CONTRIBUTING.md} names. */
    private static Set<String> namesOfTheMap() throws IOException {
        String page = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
        String map =
                page.substring(
                        page.indexOf("\n## Where the code is"), page.indexOf("\n## Checklists"));
        return NAME.matcher(map).results().map(it -> it.group(1)).collect(Collectors.toSet());
    }

    private static boolean isInWing(MavenModule module, String wing) {
        return module.folder().startsWith(wing + "/");
    }

    private static String typeOf(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private static Stream<Path> folders(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
