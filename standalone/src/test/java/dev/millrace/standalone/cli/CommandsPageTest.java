package dev.millrace.standalone.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Compares the documentation of the command line with the command line itself. */
class CommandsPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve(Path.of("docs", "commands.md"));
    private static final Set<String> OF_EVERY_COMMAND = Set.of("-h", "--help", "-V", "--version");

    /** Commands that the section "Which configuration" names. */
    private static final Set<String> WITHOUT_CONFIGURATION =
            Set.of("catalog import", "init", "health", "simulator", "cache evaluate");

    private static final Set<String> SIMULATED = Set.of("run", "check", "up", "policy simulate");

    /** Commands that the section "Which pipeline" names. */
    private static final Set<String> OF_A_RUNNING_PIPELINE =
            Set.of(
                    "submit",
                    "retry",
                    "status",
                    "dead-letters replay",
                    "cancel",
                    "pause",
                    "resume",
                    "breaker reset",
                    "cache stats",
                    "cache list",
                    "cache purge",
                    "documents add",
                    "documents delete",
                    "documents list",
                    "documents search",
                    "budget list",
                    "budget set",
                    "budget clear",
                    "keys create",
                    "keys list",
                    "keys revoke",
                    "keys delete",
                    "keys rotate",
                    "policy apply",
                    "policy show",
                    "policy diff",
                    "policy history",
                    "policy report",
                    "policy rollback",
                    "policy clear");

    /** Commands of the launcher script. */
    private static final Set<String> OF_THE_LAUNCHER = Set.of("test", "bench");

    /** Returns the commands without subcommands, by their full names. */
    static Map<String, CommandLine> commands() {
        var commands = new LinkedHashMap<String, CommandLine>();
        collect("", Commands.line(), commands);
        return commands;
    }

    private static void collect(String words, CommandLine line, Map<String, CommandLine> found) {
        if (line.getSubcommands().isEmpty()) {
            found.put(words, line);
        }
        line.getSubcommands()
                .forEach(
                        (name, command) -> {
                            if (!command.getCommandSpec().usageMessage().hidden()) {
                                collect((words + " " + name).strip(), command, found);
                            }
                        });
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Finds a section, which several commands may share: {@code ## router, worker, sink}. */
    private static String section(String name) {
        return Stream.of(text(PAGE).split("(?m)^## ", -1))
                .filter(
                        section ->
                                List.of(section.lines().findFirst().orElse("").split(", ", -1))
                                        .contains(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no section on " + name));
    }

    @Nested
    class TheSectionOfACommand {
        static Set<String> names() {
            return commands().keySet();
        }

        @ParameterizedTest
        @MethodSource("names")
        void explainsExactlyItsOptions(String command) {
            Set<String> explained = explainedOnce(command);
            section(command)
                    .lines()
                    .filter(line -> line.startsWith("| `-"))
                    .map(line -> line.substring(0, line.indexOf('|', 1)))
                    .forEach(cell -> matches("-{1,2}[a-z][a-z-]*", cell).forEach(explained::add));

            assertThat(explained).isEqualTo(options(command));
        }

        /** Returns the options of a command that the first sections explain. */
        private static Set<String> explainedOnce(String command) {
            var names = new TreeSet<String>();
            if (!WITHOUT_CONFIGURATION.contains(command)) {
                names.add("--config");
            }
            if (SIMULATED.contains(command)) {
                names.add("--simulate");
            }
            if (OF_A_RUNNING_PIPELINE.contains(command)) {
                names.addAll(Set.of("--bootstrap-server", "--data-dir", "--prefix"));
            }
            return names;
        }

        private static Set<String> options(String command) {
            var names = new TreeSet<String>();
            for (OptionSpec option :
                    requireNonNull(commands().get(command)).getCommandSpec().options()) {
                names.addAll(Arrays.asList(option.names()));
            }
            assertThat(names).containsAll(OF_EVERY_COMMAND);
            names.removeAll(OF_EVERY_COMMAND);
            return names;
        }
    }

    @Nested
    class TheStartOfThePage {
        @Test
        void namesTheOptionsOfEveryCommand() {
            assertThat(text(PAGE)).contains(OF_EVERY_COMMAND);
        }

        @Test
        void namesTheCommandsWithOptionsThatItExplainsOnce() {
            assertThat(section("Which configuration"))
                    .contains(
                            "Every command except `init`, `health`, `simulator` and `cache evaluate` has"
                                    + " `--config FILE`")
                    .contains("| `run`, `check`, `up`, `policy simulate` | needed, except with")
                    .contains("`--simulate`");
            assertThat(section("Which pipeline"))
                    .contains(
                            "`submit`, `retry`, `status`, `dead-letters replay`, `cancel`, `pause`, `resume`,"
                                    + " `breaker reset`, `cache stats`, `cache list`, `cache purge`,"
                                    + " `budget list`, `budget set`, `budget clear`, every `documents` command,"
                                    + " every `keys` command and every `policy`")
                    .contains("except `policy\nsimulate`")
                    .contains("`--bootstrap-server HOST:PORT`", "`--data-dir DIR`", "`--prefix");
        }
    }

    @Nested
    class ADocumentedCommandLine {
        static Stream<Path> pages() throws IOException {
            try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
                List<Path> pages = docs.filter(it -> it.toString().endsWith(".md")).toList();
                return Stream.concat(
                        pages.stream(),
                        Stream.of(
                                ROOT.resolve("README.md"),
                                ROOT.resolve("CONTRIBUTING.md"),
                                ROOT.resolve(Path.of("examples", "README.md"))));
            }
        }

        @ParameterizedTest
        @MethodSource("pages")
        void isAcceptedByTheParser(Path page) {
            for (String words : matches("(?<=\\./millrace )[^\\n`>|#)]+", text(page))) {
                String[] arguments = words.strip().split(" +", -1);
                if (!OF_THE_LAUNCHER.contains(arguments[0]) && !arguments[0].equals("COMMAND")) {
                    assertThatCode(() -> Commands.line().parseArgs(arguments))
                            .as(words)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(MatchResult::group).toList();
    }
}
