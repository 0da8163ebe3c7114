package dev.millrace.standalone.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherIT {
    private static final Pattern BUILDING =
            Pattern.compile(
                    "millrace: building \\(first use, or the sources have changed\\):"
                            + " contracts standalone, done in \\d+ s\n");

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
        void buildsWithTheNamesOfTheModulesOnOneLine() throws Exception {
            var first = checkout.run("run", "a file");

            assertThat(first.exitCode()).isZero();
            assertThat(first.errors()).matches(BUILDING);
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
        void saysThatNothingCanBeWrittenInsteadOfWaiting() throws Exception {
            checkout.write("target/launcher/none", "");
            Files.createSymbolicLink(
                    checkout.path("target/launcher/lock"), checkout.path("no/such/folder"));

            var refused = checkout.run("run");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.errors())
                    .startsWith("millrace: cannot write to the project: mkdir:");
        }

        @Test
        void takesOverAnOldLockWithoutAnOwner() throws Exception {
            Path lock = Files.createDirectories(checkout.path("target/launcher/lock"));
            Files.setLastModifiedTime(lock, FileTime.fromMillis(0));

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
            checkout.with("MILLRACE_AOT", "").run("--version");
            await().until(
                            () ->
                                    Files.exists(cache())
                                            && !Files.exists(
                                                    checkout.path("target/launcher/lock")));
            checkout.with("MILLRACE_AOT", "off");
        }

        @Test
        void doesNotBuild() throws Exception {
            var later = checkout.run("--version");

            assertThat(later.errors()).isEmpty();
            assertThat(checkout.builds()).hasSize(1);
        }

        @Test
        void usesTheStartUpCacheThatTheFirstHasMadeAfterItsEnd() throws Exception {
            assertThat(checkout.with("MILLRACE_AOT", "").run("run").output())
                    .contains("[-XX:AOTCache=" + cache());
        }

        @Test
        void makesTheStartUpCacheThatTheFirstCouldNotFinish() throws Exception {
            Files.delete(cache());
            Files.delete(cache().resolveSibling(".trained"));

            checkout.with("MILLRACE_AOT", "missing").run("--version");

            assertThat(cache()).exists();
            assertThat(checkout.builds()).hasSize(1);
        }

        @Test
        void triesToMakeTheStartUpCacheOnce() throws Exception {
            Files.delete(cache());

            checkout.with("MILLRACE_AOT", "missing").run("--version");

            assertThat(cache()).doesNotExist();
        }

        @Test
        void backgroundDoesNotWaitForAnotherStart() throws Exception {
            Files.delete(cache());
            Files.delete(cache().resolveSibling(".trained"));
            Files.createDirectories(checkout.path("target/launcher/lock"));

            var background = checkout.with("MILLRACE_AOT", "missing").run("--version");

            assertThat(background.exitCode()).isZero();
            assertThat(cache()).doesNotExist();
        }

        @Test
        void backgroundDoesNotBuildWhenASourceHasChanged() throws Exception {
            checkout.edit("standalone/src/main/java/Main.java");

            var background = checkout.with("MILLRACE_AOT", "missing").run("--version");

            assertThat(background.exitCode()).isZero();
            assertThat(background.output()).isEmpty();
            assertThat(checkout.builds()).hasSize(1);
        }

        @Test
        void usesNoStartUpCacheWhenItIsOff() throws Exception {
            assertThat(checkout.with("MILLRACE_AOT", "off").run("run").output())
                    .doesNotContain("AOTCache");
        }

        @Test
        void recreatesTheStartUpCacheOnRequest() throws Exception {
            Files.delete(cache());

            checkout.with("MILLRACE_AOT", "make").run("run");

            assertThat(cache()).exists();
            assertThat(checkout.builds()).hasSize(1);
        }

        @Test
        void buildsBenchOnlyForBench() throws Exception {
            checkout.run("bench", "start");

            assertThat(checkout.builds())
                    .satisfiesExactly(
                            product -> assertThat(product).doesNotContain("bench"),
                            bench ->
                                    assertThat(bench)
                                            .endsWith(" -Pbench package -pl testing/bench -am"));
        }

        @Test
        void buildsWhenASourceHasChanged() throws Exception {
            checkout.edit("standalone/src/main/java/Main.java");

            assertThat(checkout.run("run").errors()).matches(BUILDING);
        }

        @Test
        void buildsWhenASourceIsDeleted() throws Exception {
            Files.delete(checkout.path("standalone/src/main/java/Main.java"));
            checkout.edit("standalone/src/main/java");

            assertThat(checkout.run("run").errors()).matches(BUILDING);
        }

        @Test
        void buildsWhenAPomHasChanged() throws Exception {
            checkout.edit("standalone/pom.xml");

            assertThat(checkout.run("run").errors()).matches(BUILDING);
        }

        @Test
        void buildsWhenAJarWasReplaced() throws Exception {
            checkout.edit("standalone/target/unchecked/millrace/millrace.jar");

            assertThat(checkout.run("run").errors()).matches(BUILDING);
        }
    }

    @Nested
    class TestCommand {
        private String maven(String... arguments) throws Exception {
            checkout.run(arguments);
            return checkout.builds().getLast().replaceFirst(" -Dtests.tmp=\\S+", "");
        }

        @Test
        void everythingIsVerifiedWithOneQueueOfIntegrationTests() throws Exception {
            assertThat(maven("test", "-o"))
                    .endsWith(" verify -Dcyclonedx.skip=true -Dintegration -o");
        }

        @Test
        void namedModulesRunTheirOwnIntegrationTests() throws Exception {
            assertThat(maven("test", "-pl", "worker"))
                    .endsWith(" verify -Dcyclonedx.skip=true -pl worker");
        }

        @Test
        void namedClassRunsWhateverItsTags() throws Exception {
            assertThat(maven("test", "-Dtest=None", "-Dit.test=BudgetIT"))
                    .endsWith(
                            " verify -Dcyclonedx.skip=true -Dintegration -Dtests.excluded=containers -Dtest=None"
                                    + " -Dit.test=BudgetIT");
        }

        @Test
        void quickRunsOnlyUnitTestsAndNoChecks() throws Exception {
            assertThat(maven("test", "--quick"))
                    .endsWith(" test -Dunchecked -Dtests.excluded=slow,long,containers");
            assertThat(maven("test", "--quick", "-pl", "worker"))
                    .endsWith(" test -Dunchecked -Dtests.excluded=slow,long,containers -pl worker");
        }

        @Test
        void allAddsTheLongTestsAndAnalysesTestCodeAgain() throws Exception {
            checkout.write("worker/target/test-classes/Old.class", "not analysed");

            assertThat(maven("test", "--all")).endsWith(" verify -Dall -Pbench -Dintegration");
            assertThat(checkout.path("worker/target/test-classes")).doesNotExist();
        }

        @Test
        void simulationsShareTheTimeAndReportTheirHistories() throws Exception {
            checkout.write("libraries/quota/src/test/java/QuotaTest.java", "@Seeds(1)\n@Seeds(2)");
            checkout.write("worker/src/test/java/WorkerTest.java", "@Seeds(3)");
            checkout.write("then", "echo '[INFO] more'; echo 'seeds: 5 histories of A#a'");
            var run = checkout.run("test", "--seeds", "1m", "-o");

            assertThat(run.exitCode()).isZero();
            assertThat(run.output()).endsWith("seeds.log.\nseeds: 5 histories of A#a\n");
            assertThat(checkout.builds().getLast())
                    .contains(
                            "-pl libraries/quota,worker -am -o -Dgroups=seeds", "seeds.time=PT20S");
        }

        @Test
        void namedSimulationsShareTheTime() throws Exception {
            checkout.write("libraries/quota/src/test/java/QuotaTest.java", "@Seeds(1)\n@Seeds(2)");
            checkout.write("worker/src/test/java/WorkerTest.java", "@Seeds(3)");
            checkout.write("libraries/wire/src/test/java/WireTest.java", "@Seeds(3)");

            checkout.run("test", "--seeds", "1m", "-Dtest=WorkerTest#a,WireTest");
            assertThat(checkout.builds().getLast())
                    .contains("-pl libraries/wire,worker -am", "seeds.time=PT30S");
            assertThat(checkout.run("test", "--seeds", "1m", "-Dtest=None").exitCode())
                    .isEqualTo(2);
        }

        @Test
        void seedsThatFailedAreReplayedByTheLastLines() throws Exception {
            String replay =
                    "./millrace test --quick -pl libraries/quota -am -Dtest='A#a' -Dmillrace.seed=7";
            checkout.write("libraries/quota/src/test/java/QuotaTest.java", "@Seeds(1)");
            checkout.write("failed.xml", "<testcase>\n<failure message=\"x\">");
            checkout.write(
                    "then",
                    """
                    mkdir -p libraries/quota/target/surefire-reports
                    cp failed.xml libraries/quota/target/surefire-reports/TEST-A.xml
                    echo 'seeds: 2 histories of A#a'
                    echo "%s"
                    echo '[ERROR] more'
                    """
                            .formatted(replay));
            var run = checkout.run("test", "--seeds", "90s");

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.output())
                    .endsWith("seeds.log.\nseeds: 2 histories of A#a\nFailed: A\n" + replay + "\n");
        }

        @Test
        void slowestClassesAndStartedJvmsArePrinted() throws Exception {
            checkout.write(
                    "slow.xml",
                    "<?xml version=\"1.0\"?>\n<testsuite x=\"y\" name=\"a.SlowIT\" time=\"1,234.5\">");
            checkout.write(
                    "fast.xml",
                    "<?xml version=\"1.0\"?>\n<testsuite name=\"a.FastTest\" time=\"0.01\">");
            checkout.write(
                    "then",
                    """
                    mkdir -p worker/target/surefire-reports worker/target/failsafe-reports
                    cp fast.xml worker/target/surefire-reports/TEST-a.FastTest.xml
                    cp slow.xml worker/target/failsafe-reports/TEST-a.SlowIT.xml
                    echo run >>"$MILLRACE_STARTS"
                    """);

            assertThat(checkout.run("test").output())
                    .endsWith(
                            """

                            The slowest test classes, in seconds:
                              1234.5  SlowIT
                                 0.0  FastTest
                            JVMs that the tests started: 1
                            """);
        }

        @Test
        void unknownOptionStartsNothing() throws Exception {
            var refused = checkout.run("test", "--quik");

            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.errors()).contains("test has no option '--quik'", "--help");
            assertThat(checkout.builds()).isEmpty();
        }

        @Test
        void optionBehindThoseOfMavenStartsNothing() throws Exception {
            var refused = checkout.run("test", "-o", "--all");

            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.errors()).contains("before those of Maven");
            assertThat(checkout.builds()).isEmpty();
        }

        @Test
        void failureIsTheExitCode() throws Exception {
            checkout.write("broken", "");

            assertThat(checkout.run("test").exitCode()).isEqualTo(1);
        }

        @Test
        void helpListsWhatEachListOmits() throws Exception {
            assertThat(checkout.run("test", "--help").output())
                    .contains("--quick", "--all", "--containers", "without the checks", "\"long\"");
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
                    .contains("[-XX:ErgoHeapSizeLimit=3g]")
                    .endsWith("[-jar][" + release.path("app/millrace.jar") + "][costs]");
        }

        @ParameterizedTest
        @ValueSource(strings = {"test", "bench", "package"})
        void refusesCommandsThatNeedTheSources(String command) throws Exception {
            var started = release.start(folder, release.path("bin/millrace"), command).await();

            assertThat(started.exitCode()).isEqualTo(2);
            assertThat(started.errors())
                    .isEqualTo(
                            "millrace: '%s' needs the sources; this is a release\n"
                                    .formatted(command));
        }
    }

    @Nested
    class NamedHome {
        @Test
        void isStartedWithoutABuild() throws Exception {
            checkout.write("built/millrace.jar", "jar");
            checkout.with("MILLRACE_HOME", checkout.path("built").toString());

            assertThat(checkout.run("x").output())
                    .endsWith("[-jar][" + checkout.path("built/millrace.jar") + "][x]");
            assertThat(checkout.builds()).isEmpty();
        }

        @Test
        void relativePathFindsBenchToo() throws Exception {
            checkout.write("standalone/target/millrace/millrace.jar", "jar");
            checkout.with("MILLRACE_HOME", "standalone/target/millrace/");

            assertThat(checkout.run("bench", "start").output())
                    .contains(
                            ":"
                                    + checkout.path("testing/bench/target/bench.jar")
                                            .toAbsolutePath()
                                    + ":");
        }

        @Test
        void withoutAJarIsAnError() throws Exception {
            checkout.with("MILLRACE_HOME", checkout.path("nothing").toString());

            var refused = checkout.run("x");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.errors())
                    .isEqualTo(
                            "millrace: there is no millrace.jar in "
                                    + checkout.path("nothing")
                                    + ", which MILLRACE_HOME names\n");
        }
    }

    @Nested
    class Plugins {
        private static final String MAIN = "][dev.millrace.standalone.Main][x]";

        @Test
        void besideTheLauncherFollowTheJarsOfMillrace() throws Exception {
            checkout.write("plugins/login.jar", "jar");
            checkout.write("plugins/driver.jar", "jar");
            checkout.write("plugins/README", "no jar");

            assertThat(checkout.run("x").output())
                    .endsWith(
                            "[-cp]["
                                    + String.join(
                                            ":",
                                            jar(),
                                            real(checkout.path("plugins/driver.jar")),
                                            real(checkout.path("plugins/login.jar")))
                                    + MAIN);
        }

        @Test
        void ofAReleaseAreBesideItsApp() throws Exception {
            var release = Checkout.ofRelease(folder);
            release.write("plugins/login.jar", "jar");

            var started = release.start(folder, release.path("bin/millrace"), "x").await();

            assertThat(started.output())
                    .endsWith(":" + real(release.path("plugins/login.jar")) + MAIN);
        }

        @Test
        void folderCanBeNamed() throws Exception {
            checkout.write("plugins/login.jar", "jar");
            checkout.write("other [1]/my login.jar", "jar");
            checkout.with("MILLRACE_PLUGINS", checkout.path("other [1]").toString());

            assertThat(checkout.run("x").output())
                    .endsWith(
                            "[-cp]["
                                    + jar()
                                    + ":"
                                    + checkout.path("other [1]/my login.jar")
                                    + MAIN);
        }

        @Test
        void missingFolderThatIsNamedIsAnError() throws Exception {
            checkout.with("MILLRACE_PLUGINS", checkout.path("none").toString());

            var refused = checkout.run("x");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.errors())
                    .endsWith(
                            "millrace: there is no folder "
                                    + checkout.path("none")
                                    + ", which MILLRACE_PLUGINS names\n");
        }

        @Test
        void haveNoPartInTheStartUpCache() throws Exception {
            checkout.write("plugins/login.jar", "jar");

            checkout.with("MILLRACE_AOT", "make").run("x");

            assertThat(cache()).exists();
            assertThat(checkout.with("MILLRACE_AOT", "").run("x").output())
                    .contains("[-XX:AOTCache=" + cache(), "[-cp]");
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
                    .containsSubsequence("[-XX:ErgoHeapSizeLimit=3g]", "[-Xmx3g][-Dx=y][-jar]");
        }

        @Test
        void userCollectorReplacesTheDefaultCollector() throws Exception {
            checkout.with("MILLRACE_JAVA_OPTS", "-XX:+UseZGC");

            assertThat(checkout.run("run").output())
                    .contains("[-XX:+UseZGC]")
                    .doesNotContain("SerialGC");
        }

        @ParameterizedTest
        @CsvSource({
            "worker, 2, SerialGC",
            "worker, 4, ParallelGC",
            "run -, 4, ParallelGC",
            "check, 4, SerialGC"
        })
        void collectorFollowsFromCommandAndCores(String command, String cores, String collector)
                throws Exception {
            checkout.tool("tools/nproc", "echo " + cores + "\n");

            assertThat(checkout.run(command.split(" ")).output())
                    .containsOnlyOnce("GC]")
                    .contains("[-XX:+Use" + collector + "]");
        }

        @Test
        void shareOfTheUserHasNoMaximum() throws Exception {
            checkout.with("MILLRACE_JAVA_OPTS", "-XX:MaxRAMPercentage=75");

            assertThat(checkout.run("run").output()).doesNotContain("ErgoHeapSizeLimit");
        }

        @Test
        void benchHasTheSameHeapOnAllMachines() throws Exception {
            checkout.write("built/millrace.jar", "jar");
            checkout.with("MILLRACE_HOME", checkout.path("built").toString());

            assertThat(checkout.run("bench", "start").output())
                    .contains("[-Xmx1g]")
                    .doesNotContain("ErgoHeapSizeLimit");
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
            var home = checkout.path("standalone/target/millrace");
            checkout.write("standalone/target/millrace/millrace.jar", "jar");
            checkout.with("MILLRACE_HOME", home.toString());

            assertThat(checkout.run("bench", "start").output())
                    .contains("[-Dmillrace.launcher=" + checkout.launcher().toRealPath() + "]")
                    .contains("[-Dmillrace.home=" + home + "]")
                    .endsWith("[dev.millrace.bench.Main][start]");
        }

        @Test
        void argumentsArePassedUnchanged() throws Exception {
            assertThat(checkout.run("run", "", "a  b", "*", "$HOME").output())
                    .endsWith("[run][][a  b][*][$HOME]");
        }
    }

    private Path cache() {
        return checkout.path("standalone/target/unchecked/millrace/millrace.aot");
    }

    private String jar() throws IOException {
        return real(checkout.path("standalone/target/unchecked/millrace/millrace.jar"));
    }

    private static String real(Path file) throws IOException {
        return file.toRealPath().toString();
    }
}
