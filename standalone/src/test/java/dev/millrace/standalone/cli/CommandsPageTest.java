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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Compares the documentation of the command line with the command line itself. */
class CommandsPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve(Path.of("docs", "commands.md"));
    private static final List<String> OF_EVERY_COMMAND = List.of("-h", "--help", "-V", "--version");

    /** Commands of the launcher script. */
    private static final Set<String> OF_THE_LAUNCHER =
            Set.of("test", "bench", "torture", "package");

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

    @Nested
    class ACommand {
        static Set<String> names() {
            return commands().keySet();
        }

        @ParameterizedTest
        @MethodSource("names")
        void isOnThePage(String command) {
            assertThat(text(PAGE))
                    .containsPattern("(`|\\./millrace )" + Pattern.quote(command) + "\\b");
        }

        /** The page does not repeat the help. */
        @ParameterizedTest
        @MethodSource("names")
        void explainsItsOptionsInItsHelp(String command) {
            assertThat(requireNonNull(commands().get(command)).getCommandSpec().options())
                    .allSatisfy(
                            option ->
                                    assertThat(String.join("", option.description()))
                                            .as(option.longestName())
                                            .isNotBlank());
        }
    }

    @Nested
    class ThePage {
        @Test
        void namesTheOptionsOfEveryCommand() {
            assertThat(text(PAGE)).contains(OF_EVERY_COMMAND);
        }

        @Test
        void namesOnlyOptionsThatExist() {
            assertThat(matches("(?<=`)--[a-z][a-z-]+", text(PAGE)))
                    .isNotEmpty()
                    .allSatisfy(option -> assertThat(options()).contains(option));
        }

        private static Set<String> options() {
            return commands().values().stream()
                    .flatMap(command -> command.getCommandSpec().options().stream())
                    .flatMap(option -> Arrays.stream(option.names()))
                    .collect(Collectors.toSet());
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
