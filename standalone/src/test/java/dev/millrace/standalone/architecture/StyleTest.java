package dev.millrace.standalone.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class StyleTest {
    /**
     * What assembles: the root packages of services and client, the pipeline, options, commands.
     */
    private static final DescribedPredicate<JavaClass> WIRING =
            resideInAnyPackage(
                            "dev.millrace.client",
                            "dev.millrace.router",
                            "dev.millrace.worker",
                            "dev.millrace.sink",
                            "dev.millrace.simulator",
                            "dev.millrace.standalone",
                            "dev.millrace.standalone.cli",
                            "dev.millrace.standalone.option",
                            "dev.millrace.standalone.pipeline")
                    .or(
                            nameMatching(
                                    "dev\\.millrace\\.standalone\\.(.*Command(\\$.*)?|run\\.StartTime)"));

    /**
     * Classes that wait between polls of a system that cannot notify them. Each runs at start-up or
     * for one command, on a thread without other work.
     */
    private static final DescribedPredicate<JavaClass> POLLERS =
            nameMatching(
                            "dev\\.millrace\\."
                                    + "(broker\\.LocalController"
                                    + "|control\\.ControlWriter"
                                    + "|control\\.UnknownTopicRetry"
                                    + "|gateway\\.job\\.JobCanceller"
                                    + "|standalone\\.retry\\.RetryClaim"
                                    + "|standalone\\.data\\.DiskWait"
                                    + "|standalone\\.document\\.DocumentSearch"
                                    + "|standalone\\.cluster\\.TopicReadiness)")
                    .forSubtype();

    static Stream<JavaClasses> all() {
        return Stream.of(Code.SHIPPED, Code.TESTS);
    }

    @Nested
    class Time {
        @Test
        void clockIsAnArgumentOutsideTheWiring() {
            noClasses()
                    .that(DescribedPredicate.not(WIRING))
                    .should()
                    .accessTargetWhere(
                            access(System.class, "currentTimeMillis|nanoTime")
                                    .or(access(Instant.class, "now"))
                                    .or(access(InstantSource.class, "system"))
                                    .or(access(Clock.class, "system.*|tick.*")))
                    .check(Code.SHIPPED);
        }
    }

    @Nested
    class Chance {
        @Test
        void randomGeneratorIsAnArgumentOutsideTheWiring() {
            noClasses()
                    .that(DescribedPredicate.not(WIRING))
                    .should()
                    .accessTargetWhere(
                            access(Math.class, "random")
                                    .or(access(ThreadLocalRandom.class, "current"))
                                    .or(access(RandomGenerator.class, "getDefault|of")))
                    .check(Code.SHIPPED);
        }

        /** Except where chance must be secret, as in keys. */
        @Test
        void legacyGeneratorIsNotUsed() {
            noClasses()
                    .should()
                    .dependOnClassesThat(
                            assignableTo(Random.class)
                                    .and(DescribedPredicate.not(type(SecureRandom.class))))
                    .check(Code.SHIPPED);
        }
    }

    @Nested
    class Threads {
        @Test
        void threadLocalsAreNotUsed() {
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(ThreadLocal.class)
                    .check(Code.SHIPPED);
        }

        @ParameterizedTest
        @MethodSource("dev.millrace.standalone.architecture.StyleTest#all")
        void threadsNeverSleep(JavaClasses classes) {
            noClasses()
                    .that(DescribedPredicate.not(POLLERS))
                    .should()
                    .accessTargetWhere(
                            access(Thread.class, "sleep")
                                    .or(access(TimeUnit.class, "sleep"))
                                    .or(access(LockSupport.class, "parkNanos|parkUntil")))
                    .check(classes);
        }
    }

    @Nested
    class Names {
        @ParameterizedTest
        @MethodSource("dev.millrace.standalone.architecture.StyleTest#all")
        void classNamesAvoidGenericWords(JavaClasses classes) {
            noClasses()
                    .should()
                    .haveSimpleNameEndingWith("Util")
                    .orShould()
                    .haveSimpleNameEndingWith("Utils")
                    .orShould()
                    .haveSimpleNameEndingWith("Helper")
                    .orShould()
                    .haveSimpleNameEndingWith("Manager")
                    .orShould()
                    .haveSimpleNameEndingWith("Impl")
                    .orShould()
                    .haveSimpleNameStartingWith("Abstract")
                    .check(classes);
        }

        @ParameterizedTest
        @MethodSource("dev.millrace.standalone.architecture.StyleTest#all")
        void packageNamesAvoidGenericWords(JavaClasses classes) {
            noClasses()
                    .should()
                    .resideInAnyPackage("..util..", "..common..", "..impl..", "..helper..")
                    .check(classes);
        }
    }

    @Nested
    class Packages {
        @Test
        void everyPackageIsNullMarked() {
            assertThat(Code.SHIPPED.stream().map(JavaClass::getPackage).distinct())
                    .allSatisfy(
                            folder ->
                                    assertThat(folder)
                                            .returns(
                                                    true,
                                                    p -> p.isAnnotatedWith(NullMarked.class)));
        }
    }

    private static DescribedPredicate<JavaAccess<?>> access(Class<?> type, String names) {
        return target(
                        owner(
                                DescribedPredicate.describe(
                                        type.getName(), c -> c.isEquivalentTo(type))))
                .and(target(nameMatching(names)));
    }
}
