package dev.millrace.standalone.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DirectionsTest {

    @Nested
    class BetweenModules {
        @ParameterizedTest
        @EnumSource
        void moduleUsesOnlyAllowedModules(Module module) {
            classes()
                    .that()
                    .resideInAPackage(module.packages())
                    .should()
                    .onlyDependOnClassesThat(
                            resideOutsideOfPackage("dev.millrace..")
                                    .or(resideInAnyPackage(module.allowedPackages())))
                    .check(Code.MAIN);
        }

        @Test
        void everyClassBelongsToAModule() {
            assertThat(Code.MAIN)
                    .allSatisfy(
                            type ->
                                    assertThat(Module.values())
                                            .anyMatch(
                                                    module ->
                                                            resideInAnyPackage(module.packages())
                                                                    .test(type)));
        }
    }

    @Nested
    class BetweenThePackagesOfTheRouter {
        @Test
        void eachLayerUsesOnlyTheLayersBelow() {
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("start")
                    .definedBy("dev.millrace.router")
                    .layer("Kafka")
                    .definedBy(router("background", "streams", "topic"))
                    .layer("topology")
                    .definedBy(router("step"))
                    .layer("decisions")
                    .definedBy(router("canary..", "classify..", "dedupe", "fair", "plan", "policy"))
                    .layer("messages")
                    .definedBy(router("failure", "message", "records"))
                    .whereLayer("start")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("Kafka")
                    .mayOnlyBeAccessedByLayers("start")
                    .whereLayer("topology")
                    .mayOnlyBeAccessedByLayers("start", "Kafka")
                    .whereLayer("decisions")
                    .mayOnlyBeAccessedByLayers("start", "topology")
                    .ensureAllClassesAreContainedInArchitectureIgnoring(
                            resideOutsideOfPackage("dev.millrace.router.."))
                    .check(Code.MAIN);
        }

        private static String[] router(String... packages) {
            return Stream.of(packages).map("dev.millrace.router."::concat).toArray(String[]::new);
        }
    }
}
