package dev.millrace.reader.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.reader.document.Interpolation;
import dev.millrace.reader.document.Node;
import dev.millrace.reader.document.YamlDocument;
import dev.millrace.reader.problem.Problems;
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
import tools.jackson.databind.JsonNode;

class RecordReaderTest {
    enum Colour {
        RED,
        DARK_BLUE
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
            Optional<JsonNode> json,
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
                            json: { a: [1, text, true, ~, 1.50] }
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
            assertThat(read.json().orElseThrow())
                    .hasToString("{\"a\":[1,\"text\",true,null,1.50]}");
            assertThat(read.purpose()).contains("you");
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
        return new RecordReader(new Conversions(), problems);
    }

    private Node.Mapping tree(String yaml) {
        return YamlDocument.read(yaml, new Interpolation(Map.of()), problems).orElseThrow();
    }
}
