package dev.millrace.standalone.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.store.database.DatabaseWriter;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class DirectionsTest {

    @Nested
    class BetweenModules {
        @ParameterizedTest
        @EnumSource
        void moduleUsesOnlyAllowedModules(Module module) {
            classes()
                    .that()
                    .resideInAnyPackage(module.packages())
                    .should()
                    .onlyDependOnClassesThat(
                            resideOutsideOfPackage("dev.millrace..")
                                    .or(resideInAnyPackage(module.allowedPackages())))
                    .check(Code.MAIN);
        }

        @Test
        void gatewayOnlyReadsTheDatabase() {
            noClasses()
                    .that()
                    .resideInAnyPackage(Module.GATEWAY.packages())
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "dev.millrace.store.erasure",
                                            "dev.millrace.results.erasure")
                                    .or(assignableTo(DatabaseWriter.class)))
                    .check(Code.MAIN);
        }

        @Test
        void everyClassBelongsToAModule() {
            assertThat(Code.MAIN)
                    .filteredOn(it -> !it.getSimpleName().equals("package-info"))
                    .allSatisfy(
                            type ->
                                    assertThat(Module.values())
                                            .anyMatch(
                                                    module ->
                                                            resideInAnyPackage(module.packages())
                                                                    .test(type)));
        }
    }
}
