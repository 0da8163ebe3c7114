package dev.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.IllegalFormatException;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of all commands. Picocli formats its texts, and warns of an unescaped {@code %}. */
class HelpTextTest {
    /** Returns the texts of a command and its subcommands, hidden ones included. */
    private static Stream<String> texts(CommandLine line) {
        CommandSpec command = line.getCommandSpec();
        UsageMessageSpec usage = command.usageMessage();
        return Stream.of(
                        Stream.of(usage.header(), usage.description(), usage.footer())
                                .flatMap(Stream::of),
                        Stream.of(usage.exitCodeListHeading()),
                        usage.exitCodeList().values().stream(),
                        command.args().stream().flatMap(it -> Stream.of(it.description())),
                        line.getSubcommands().values().stream().flatMap(HelpTextTest::texts))
                .flatMap(Function.identity());
    }

    private static boolean isFormat(String text) {
        try {
            var _ = String.format(Locale.ROOT, text);
            return true;
        } catch (IllegalFormatException e) {
            return false;
        }
    }

    @Test
    void everyPercentSignIsEscaped() {
        assertThat(texts(Commands.line())).hasSizeGreaterThan(100).allMatch(HelpTextTest::isFormat);
    }
}
