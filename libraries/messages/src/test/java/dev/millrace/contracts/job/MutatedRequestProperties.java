package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Mutates lines: replaces any value by a value of any other kind, or damages any bytes. */
class MutatedRequestProperties {
    /** Fields of a line, in which {@code @} marks each value. */
    private static final List<String> FIELDS =
            List.of(
                    "\"custom_id\":@",
                    "\"method\":@",
                    "\"url\":@",
                    "\"body\":@",
                    "\"body\":{\"model\":@,\"max_tokens\":@,\"n\":@,\"stream\":@}",
                    "\"body\":{\"model\":\"m\",\"messages\":@,\"background\":@}",
                    "\"millrace\":@",
                    "\"millrace\":{\"tenant\":@,\"batch\":@,\"priority\":@,\"deadline\":@}",
                    "\"millrace\":{\"max_cost_usd\":@,\"fallback\":@,\"metadata\":@,\"split\":@}",
                    "\"millrace\":{\"retrieval\":@,\"split\":{\"size\":@,\"overlap\":@}}",
                    "\"millrace\":{\"retrieval\":{\"collection\":@,\"top_k\":@,\"filter\":@}}");

    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "0",
                    "-1",
                    "17",
                    "5.0",
                    "2.5",
                    "1e999999999",
                    "1e99999999999",
                    "-0.0",
                    "123456789012345678901234567890",
                    "\"\"",
                    "\" \"",
                    "\"a\"",
                    "\"0.02\"",
                    "\"\\ud83d\"",
                    "\"\\u0000\"",
                    "\"/v1/chat/completions\"",
                    "\"https://a.b/openai/deployments/x/chat/completions?k=1\"",
                    "\"////\"",
                    "\"?\"",
                    "\"2026-11-21T06:00:00Z\"",
                    "{}",
                    "[]",
                    "[\"x\"]",
                    "[null,[{}]]",
                    "{\"a\":{\"b\":[null]}}",
                    "{\"model\":\"m\"}",
                    "\"" + "x".repeat(600) + "\"");

    @Property
    void eachValueOfAnyKindHasOneOutcome(@ForAll("lines") String line) {
        assertHasOneOutcome(line.getBytes(UTF_8));
    }

    @Property
    void eachDamagedLineHasOneOutcome(
            @ForAll("lines") String line, @ForAll int place, @ForAll byte[] damage) {
        byte[] record = line.getBytes(UTF_8);
        for (int i = 0; i < damage.length; i++) {
            record[Math.floorMod(place + i * i, record.length)] = damage[i];
        }

        assertHasOneOutcome(record);
    }

    /** An accepted line can be sent, and a rejected one says why, briefly. */
    private static void assertHasOneOutcome(byte[] record) {
        switch (RequestParser.parse(record)) {
            case ParseResult.Accepted(var line) -> {
                assertThat(line.customId()).isNotBlank();
                assertThat(line.choices()).isPositive();
                assertThat(parsed(line.upstreamBody("up")).model()).isEqualTo("up");
                if (line.acceptsLimit()) {
                    byte[] limited = line.upstreamBody("up", "max_tokens", 9);
                    assertThat(parsed(limited).maxOutputTokens()).isEqualTo(9);
                }
            }
            case ParseResult.Unacceptable unacceptable ->
                    assertThat(unacceptable.message()).isNotBlank().hasSizeLessThan(20_000);
            case ParseResult.Malformed(String reason) ->
                    assertThat(reason).isNotBlank().hasSizeLessThan(2_000);
        }
    }

    private static RequestLine parsed(byte[] body) {
        String line =
                "{\"custom_id\":\"a\",\"url\":\"/v1/chat/completions\",\"body\":"
                        + new String(body, UTF_8)
                        + "}";
        var read = RequestParser.parse(line.getBytes(UTF_8));
        assertThat(read).isInstanceOf(ParseResult.Accepted.class);
        return ((ParseResult.Accepted) read).line();
    }

    @Provide
    Arbitrary<String> lines() {
        Arbitrary<String> field =
                Combinators.combine(Arbitraries.of(FIELDS), Arbitraries.of(VALUES).list().ofSize(4))
                        .as(MutatedRequestProperties::filled);
        return field.list()
                .ofMaxSize(6)
                .map(
                        fields ->
                                "{"
                                        + String.join(",", fields)
                                        + (fields.isEmpty() ? "" : ",")
                                        + "\"custom_id\":\"a\",\"url\":\"/chat/completions\"}");
    }

    private static String filled(String field, List<String> values) {
        String filled = field;
        for (String value : values) {
            filled = filled.replaceFirst("@", Matcher.quoteReplacement(value));
        }
        return filled;
    }
}
