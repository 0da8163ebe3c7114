package dev.millrace.standalone.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The compiled classes that the rules check; each set is read once. */
final class Code {
    /** Folder within a module that Maven builds in. */
    private static final String BUILD = System.getProperty("millrace.build", "target");

    /** The main classes of all modules on the class path. */
    static final JavaClasses MAIN =
            new ClassFileImporter()
                    // ArchUnit's own option knows the folder "target" only.
                    .withImportOption(location -> !location.contains("/test-classes/"))
                    // What "package" makes of these folders.
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("dev.millrace");

    /** The main classes of the product, without the test fixtures. */
    static final JavaClasses SHIPPED =
            MAIN.that(
                    resideOutsideOfPackages(Module.TEST_CLUSTERS.packages())
                            .and(resideOutsideOfPackages(Module.TEST_WAITS.packages())));

    /** The test fixtures and the compiled tests of all modules. */
    static final JavaClasses TESTS = new ClassFileImporter().importPaths(testFolders());

    private Code() {}

    private static List<Path> testFolders() {
        // Tests run in the folder of their module.
        return Stream.concat(
                        Stream.of(Module.values())
                                .map(
                                        module ->
                                                Path.of(
                                                        "..",
                                                        module.folder(),
                                                        BUILD,
                                                        "test-classes")),
                        Stream.of(Path.of("..", Module.TEST_CLUSTERS.folder(), BUILD, "classes")))
                .filter(Files::isDirectory)
                .toList();
    }
}
