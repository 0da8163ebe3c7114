package dev.millrace.standalone.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The compiled classes that the rules are about, each set read once. */
final class Code {
    /** All that is shipped: the main classes of the modules, as they stand on the class path. */
    static final JavaClasses SHIPPED =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.millrace");

    /** The tests of those modules that have been compiled, next to this one. */
    static final JavaClasses TESTS = new ClassFileImporter().importPaths(testFolders());

    private Code() {}

    private static List<Path> testFolders() {
        // Tests run in the folder of their module.
        return Stream.of(Module.values())
                .map(module -> Path.of("..", module.folder(), "target", "test-classes"))
                .filter(Files::isDirectory)
                .toList();
    }
}
