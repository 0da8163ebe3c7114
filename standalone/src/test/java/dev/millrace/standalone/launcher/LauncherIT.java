package dev.millrace.standalone.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherIT {
    private static final String BUILDING =
            "millrace: building (first use, or the sources have changed)\n";

    private static final String SIMPLE_COMPILER = "[-XX:TieredStopAtLevel=1]";

    @TempDir Path folder;
    private Checkout checkout;

    @BeforeEach
    void createCheckout() throws IOException {
        checkout = Checkout.in(folder);
    }

    @Nested
    class FirstStart {
        @Test
        void buildsWithOneLineOnStandardError() throws Exception {
            var first = checkout.run("run", "a file");

            assertThat(first.exitCode()).isZero();
            assertThat(first.errors()).isEqualTo(BUILDING);
            assertThat(first.output()).endsWith("[-jar][" + jar() + "][run][a file]");
            assertThat(checkout.builds()).hasSize(1);
        }

        @Test
        void showsTheEndOfTheLogWhenTheBuildFails() throws Exception {
            checkout.write("broken", "");

            var first = checkout.run("run");

            assertThat(first.exitCode()).isEqualTo(1);
            assertThat(first.output()).isEmpty();
            assertThat(first.errors())
                    .contains("the build failed", "build.log", "cannot find symbol: Mian");
        }

        @Test
        void buildsAgainAfterAFailedBuild() throws Exception {
            checkout.write("broken", "");
            checkout.run("run");
            Files.delete(checkout.path("broken"));

            assertThat(checkout.run("run").exitCode()).isZero();
        }

        @Test
        void buildsOnceWhenTwoStartTogether() throws Exception {
            var one = checkout.start(folder, checkout.launcher(), "one");
            var two = checkout.start(folder, checkout.launcher(), "two");

            assertThat(one.await().output()).endsWith("[one]");
            assertThat(two.await().output()).endsWith("[two]");
            assertThat(checkout.builds()).hasSize(1);
        }

        @Test
        void takesOverTheLockOfAKilledBuild() throws Exception {
            var gone = new ProcessBuilder("true").start();
            gone.onExit().join();
            checkout.write("target/launcher/lock/pid", gone.pid() + "\n");

            assertThat(checkout.run("run").exitCode()).isZero();
        }

        @Test
        void takesOverTheLockOfAKilledBuildWhoseProcessIdIsReused() throws Exception {
            long ownPid = ProcessHandle.current().pid();
            checkout.write("target/launcher/lock/pid", ownPid + " of an earlier boot\n");

            assertThat(checkout.run("run").exitCode()).isZero();
        }
    }

    @Nested
    class LaterStart {
        @BeforeEach
        void start() throws Exception {
            checkout.run("--version");
        }

        @Test
        void doesNotBuild() throws Exception {
            var later = checkout.run("--version");

            assertThat(later.errors()).isEmpty();
            assertThat(checkout.builds()).hasSize(1);
        }

        @Test
        void usesTheStartUpCache() throws Exception {
            assertThat(checkout.run("run").output())
                    .contains(
                            "[-XX:AOTCache="
                                    + checkout.path("standalone/target/millrace/millrace.aot"));
        }

        @Test
        void usesNoStartUpCacheWhenItIsOff() throws Exception {
            assertThat(checkout.with("MILLRACE_AOT", "off").run("run").output())
                    .doesNotContain("AOTCache");
        }

        @Test
        void recreatesTheStartUpCacheOnRequest() throws Exception {
            Path cache = checkout.path("standalone/target/millrace/millrace.aot");
            Files.delete(cache);

            checkout.with("MILLRACE_AOT", "make").run("run");

            assertThat(cache).exists();
            assertThat(checkout.builds()).hasSize(1);
        }

        @Test
        void buildsWhenASourceHasChanged() throws Exception {
            checkout.edit("standalone/src/main/java/Main.java");

            assertThat(checkout.run("run").errors()).isEqualTo(BUILDING);
        }

        @Test
        void buildsWhenASourceIsDeleted() throws Exception {
            Files.delete(checkout.path("standalone/src/main/java/Main.java"));
            checkout.edit("standalone/src/main/java");

            assertThat(checkout.run("run").errors()).isEqualTo(BUILDING);
        }

        @Test
        void buildsWhenAPomHasChanged() throws Exception {
            checkout.edit("standalone/pom.xml");

            assertThat(checkout.run("run").errors()).isEqualTo(BUILDING);
        }

        @Test
        void buildsWhenAJarWasReplaced() throws Exception {
            checkout.edit("standalone/target/millrace/millrace.jar");

            assertThat(checkout.run("run").errors()).isEqualTo(BUILDING);
        }
    }

    @Nested
    class TestCommand {
        @Test
        void verifiesEverythingAndPassesItsArgumentsToMaven() throws Exception {
            checkout.run("test", "-pl", "worker");

            assertThat(checkout.builds()).singleElement().asString().endsWith(" verify -pl worker");
        }

        @Test
        void quickRunsOnlyShortUnitTests() throws Exception {
            checkout.run("test", "--quick", "-pl", "worker");

            assertThat(checkout.builds())
                    .singleElement()
                    .asString()
                    .endsWith(" test -DexcludedGroups=long -pl worker");
        }

        @Test
        void helpListsWhatQuickOmits() throws Exception {
            assertThat(checkout.run("test", "--help").output())
                    .contains("--quick", "Leaves out", "integration", "*IT", "long", "format");
            assertThat(checkout.builds()).isEmpty();
        }
    }

    @Nested
    class UnpackedRelease {
        private Checkout release;

        @BeforeEach
        void unpack() throws Exception {
            release = Checkout.ofRelease(folder);
        }

        @Test
        void usesItsRuntimeWithoutAnyJdk() throws Exception {
            var user = Files.createDirectory(folder.resolve("user"));
            var started = release.start(user, release.path("bin/millrace"), "costs").await();

            assertThat(started.exitCode()).isZero();
            assertThat(started.output())
                    .startsWith("[-Xmx1g]")
                    .endsWith("[-jar][" + release.path("app/millrace.jar") + "][costs]");
        }

        @Test
        void refusesCommandsThatNeedTheSources() throws Exception {
            var started = release.start(folder, release.path("bin/millrace"), "bench").await();

            assertThat(started.exitCode()).isEqualTo(2);
            assertThat(started.errors())
                    .isEqualTo("millrace: 'bench' needs the sources; this is a release\n");
        }
    }

    @Nested
    class StartFromAnotherFolder {
        @Test
        void commandRunsInTheCurrentFolder() throws Exception {
            var user = Files.createDirectory(folder.resolve("user"));

            assertThat(checkout.start(user, checkout.launcher(), "x").await().output())
                    .endsWith(jar() + "][x]");
        }

        @Test
        void cdPathIsIgnored() throws Exception {
            checkout.with("CDPATH", folder.toString());
            var relative = folder.relativize(checkout.launcher());

            assertThat(checkout.start(folder, relative, "x").await().output())
                    .endsWith(jar() + "][x]");
        }

        @Test
        void symbolicLinksAreFollowed() throws Exception {
            var bin = Files.createDirectory(folder.resolve("bin"));
            Files.createSymbolicLink(bin.resolve("direct"), checkout.launcher());
            Files.createSymbolicLink(bin.resolve("millrace"), Path.of("direct"));

            assertThat(checkout.start(folder, bin.resolve("millrace"), "x").await().output())
                    .endsWith(jar() + "][x]");
        }
    }

    @Nested
    class Jdk {
        @Test
        void otherJdkIsUsedWhenJavaHomeIsTooOld() throws Exception {
            checkout.jdk("old", "17.0.2");
            checkout.jdk("jdks/twenty-six", "26");
            checkout.with("JAVA_HOME", checkout.path("old").toString())
                    .with("MILLRACE_JDKS", checkout.path("jdks").toString());

            assertThat(checkout.run("x").exitCode()).isZero();
        }

        @Test
        void jdkIsFoundOnThePath() throws Exception {
            checkout.with("JAVA_HOME", "")
                    .with("MILLRACE_JDKS", checkout.path("none").toString())
                    .with(
                            "PATH",
                            checkout.path("tools")
                                    + ":"
                                    + checkout.path("jdk-25/bin")
                                    + ":/usr/bin:/bin");

            assertThat(checkout.run("x").exitCode()).isZero();
        }

        @Test
        void missingJdkIsReportedWithAdvice() throws Exception {
            checkout.jdk("old", "21.0.2");
            checkout.with("JAVA_HOME", checkout.path("old").toString())
                    .with("MILLRACE_JDKS", checkout.path("none").toString());

            var refused = checkout.run("run");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output()).isEmpty();
            assertThat(refused.errors())
                    .contains("needs a JDK 25 or newer and found none", "apt install", "JAVA_HOME");
        }
    }

    @Nested
    class Jvm {
        @Test
        void userOptionsFollowTheDefaultOptions() throws Exception {
            checkout.with("MILLRACE_JAVA_OPTS", "-Xmx3g -Dx=y");

            assertThat(checkout.run("run").output())
                    .contains("[-Xmx1g]")
                    .contains("[-Xmx3g][-Dx=y][-jar]");
        }

        @Test
        void userCollectorReplacesTheDefaultCollector() throws Exception {
            checkout.with("MILLRACE_JAVA_OPTS", "-XX:+UseZGC");

            assertThat(checkout.run("run").output())
                    .contains("[-XX:+UseZGC]")
                    .doesNotContain("SerialGC");
        }

        @Test
        void shortCommandUsesTheSimpleCompiler() throws Exception {
            checkout.write("small.jsonl", "{}\n");

            assertThat(checkout.run("run", "small.jsonl").output()).contains(SIMPLE_COMPILER);
            assertThat(checkout.run("check").output()).contains(SIMPLE_COMPILER);
        }

        @Test
        void serviceOrLargeRunUsesBothCompilers() throws Exception {
            checkout.write("large.jsonl", " ".repeat(32 * 1024 * 1024 + 1));

            for (String service :
                    List.of("up", "router", "worker", "sink", "retrieval", "gateway")) {
                assertThat(checkout.run(service).output()).doesNotContain(SIMPLE_COMPILER);
            }
            assertThat(checkout.run("run", "-").output()).doesNotContain(SIMPLE_COMPILER);
            assertThat(checkout.run("run", "large.jsonl").output()).doesNotContain(SIMPLE_COMPILER);
        }

        @Test
        void startTimeIsPassedToTheJvm() throws Exception {
            assertThat(checkout.run("run").output())
                    .containsPattern("\\[-Dmillrace.started=\\d+\\.\\d{6}]");
        }

        @Test
        void benchLearnsThePathOfTheLauncher() throws Exception {
            checkout.write("standalone/target/millrace/millrace.jar", "jar");
            checkout.write("bench/target/bench.jar", "jar");
            checkout.with("MILLRACE_BUILD", "never");

            assertThat(checkout.run("bench", "start").output())
                    .contains("[-Dmillrace.launcher=" + checkout.launcher().toRealPath() + "]")
                    .endsWith("[dev.millrace.bench.Main][start]");
        }

        @Test
        void argumentsArePassedUnchanged() throws Exception {
            assertThat(checkout.run("run", "", "a  b", "*", "$HOME").output())
                    .endsWith("[run][][a  b][*][$HOME]");
        }
    }

    private String jar() throws IOException {
        return checkout.path("standalone/target/millrace/millrace.jar").toRealPath().toString();
    }
}
