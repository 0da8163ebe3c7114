package dev.millrace.yaml.binding;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.Node;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.Problem;
import dev.millrace.yaml.problem.Problems;
import dev.millrace.yaml.problem.Violation;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {
    enum Colour {
        RED,
        DARK_BLUE
    }

    @Unwrapped
    record Shares(Map<Colour, Double> shares) {
        Shares {
            shares.forEach(
                    (colour, share) ->
                            Violation.require(
                                    share <= 1,
                                    colour.name().toLowerCase(ROOT),
                                    "must be at most 1"));
        }
    }

    /** Written as a duration or as the keys of {@link WaitKeys}. */
    record Wait(Duration from, Duration to) {
        static Wait parse(String text) {
            return new Wait(Durations.parse(text), Durations.parse(text));
        }
    }

    record WaitKeys(Duration from, Duration to) {
        Wait toWait() {
            return new Wait(from, to);
        }
    }

    record Inner(int number, String text) {
        static final Inner DEFAULT = new Inner(7, "seven");
    }

    record Everything(
            Optional<Duration> pause,
            OptionalInt count,
            OptionalLong maxBytes,
            Optional<BigDecimal> money,
            Optional<Double> ratio,
            boolean flag,
            Optional<Colour> colour,
            Optional<URI> url,
            Optional<ZoneId> zone,
            List<String> list,
            Set<Colour> set,
            Map<String, Inner> map,
            Inner inner,
            Optional<Node> node,
            Shares shares,
            Optional<Wait> delay,
            @Key("for") Optional<String> purpose) {}

    private final Problems problems = new Problems("f");

    @Nested
    class WhenKeysAreMissing {
        @Test
        void usesEmptyValuesAndTheRecordsDefaults() {
            var read = read("{}");

            assertThat(read.pause()).isEmpty();
            assertThat(read.count()).isEmpty();
            assertThat(read.flag()).isFalse();
            assertThat(read.list()).isEmpty();
            assertThat(read.inner()).isEqualTo(Inner.DEFAULT);
        }

        @Test
        void usesTheGivenDefaults() {
            var given = read("{ pause: 3s, inner: { number: 1 } }");

            assertThat(reader().read(tree("inner: { text: x }"), "", Everything.class, given))
                    .get()
                    .returns(Optional.of(Duration.ofSeconds(3)), Everything::pause)
                    .returns(new Inner(1, "x"), Everything::inner);
        }
    }

    @Nested
    class WhenKeysAreSet {
        @ParameterizedTest
        @CsvSource({
            "0s,0",
            "500ms,500",
            "30s,30000",
            "5m,300000",
            "24h,86400000",
            "30d,2592000000"
        })
        void readsDurations(String text, long millis) {
            assertThat(read("pause: " + text).pause()).contains(Duration.ofMillis(millis));
        }

        @ParameterizedTest
        @CsvSource({
            "0,0",
            "17,17",
            "17B,17",
            "64KiB,65536",
            "256MiB,268435456",
            "4GiB,4294967296",
            "1TiB,1099511627776"
        })
        void readsSizes(String text, long bytes) {
            assertThat(read("max_bytes: " + text).maxBytes()).hasValue(bytes);
        }

        @ParameterizedTest
        @CsvSource({"1_000,1000", "'\"12\"',12", "1e3,1000", "+5,5", "-5,-5", "12.0,12"})
        void readsWholeNumbers(String text, int number) {
            assertThat(read("count: " + text).count()).hasValue(number);
        }

        @Test
        void readsDecimalsExactly() {
            assertThat(read("money: 0.10000000000000000001").money())
                    .contains(new BigDecimal("0.10000000000000000001"));
        }

        @Test
        void readsOtherTypes() {
            var read =
                    read(
                            """
                            ratio: 2
                            flag: true
                            colour: dark_blue
                            url: https://h/p
                            zone: Europe/Paris
                            list: [a, 1.10, true]
                            set: red
                            map: { x: { number: 1 }, y: }
                            node: { a: [1, text, true, ~, 1.50] }
                            for: you
                            """);

            assertThat(read.ratio()).contains(2.0);
            assertThat(read.flag()).isTrue();
            assertThat(read.colour()).contains(Colour.DARK_BLUE);
            assertThat(read.url()).contains(URI.create("https://h/p"));
            assertThat(read.zone()).contains(ZoneId.of("Europe/Paris"));
            assertThat(read.list()).containsExactly("a", "1.10", "true");
            assertThat(read.set()).containsExactly(Colour.RED);
            assertThat(read.map())
                    .containsEntry("x", new Inner(1, "seven"))
                    .containsEntry("y", Inner.DEFAULT);
            assertThat(read.node()).get().isInstanceOf(Node.Mapping.class);
            assertThat(read.purpose()).contains("you");
        }
    }

    @Nested
    class WhenATypeIsTextOrKeys {
        @Test
        void readsBoth() {
            var second = Duration.ofSeconds(1);

            assertThat(read("delay: 1s").delay()).contains(new Wait(second, second));
            assertThat(read("delay: { from: 0s, to: 1s }").delay())
                    .contains(new Wait(Duration.ZERO, second));
        }

        @Test
        void takesNoDefaultsFromTheTargetType() {
            reader().read(tree("delay: { to: 2s }"), "", Everything.class, read("delay: 1s"));

            assertThat(problems.inOrder()).hasToString("[f:1: delay.from: is missing]");
        }
    }

    @Nested
    class WhenKeysAreConstantsOfAnEnum {
        @Test
        void missingKeysTakeTheirDefaults() {
            var given = read("shares: { red: 0.1, dark_blue: 0.2 }");

            assertThat(reader().read(tree("shares: { red: 1 }"), "", Everything.class, given))
                    .get()
                    .extracting(Everything::shares)
                    .isEqualTo(new Shares(Map.of(Colour.RED, 1.0, Colour.DARK_BLUE, 0.2)));
        }

        @Test
        void reportsEveryProblem() {
            reader().read(
                            tree("shares: { red: 2, dark_blue: 3, green: 1 }"),
                            "",
                            Everything.class,
                            null);

            assertThat(problems.inOrder())
                    .extracting(Problem::keyPath)
                    .containsExactlyInAnyOrder("shares.red", "shares.dark_blue", "shares.green");
        }
    }

    @Nested
    class WhenValuesAreInvalid {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "pause: 10",
                    "pause: 1.5s",
                    "pause: -1s",
                    "pause: 1h30m",
                    "pause: 999999999999d",
                    "max_bytes: 1KB",
                    "max_bytes: 99999999TiB",
                    "max_bytes: -1",
                    "count: 1.5",
                    "count: 99999999999",
                    "count: 0x10",
                    "money: 1e999",
                    "money: .",
                    "money: NaN",
                    "ratio: .inf",
                    "flag: yes",
                    "colour: DARK_BLUE",
                    "url: 'http://a b'",
                    "zone: Mars/Olympus",
                    "list: a",
                    "set: { a: b }",
                    "map: [a]",
                    "inner: 3",
                    "count: []",
                })
        void reportsWhatWasExpected(String yaml) {
            reader().read(tree(yaml), "", Everything.class, null);

            assertThat(problems.inOrder())
                    .singleElement()
                    .asString()
                    .matches("f:1: " + yaml.replaceFirst(":.*", "") + ": must be .*, was .*");
        }
    }

    private Everything read(String yaml) {
        var read = reader().read(tree(yaml), "", Everything.class, null);
        assertThat(problems.inOrder()).isEmpty();
        return read.orElseThrow();
    }

    private RecordReader reader() {
        var conversions =
                new Conversions()
                        .text(Wait.class, Wait::parse)
                        .form(Wait.class, WaitKeys.class, WaitKeys::toWait);
        return new RecordReader(conversions, problems);
    }

    private Node.Mapping tree(String yaml) {
        return YamlDocument.read(yaml, new Interpolation(Map.of()), problems).orElseThrow();
    }
}
