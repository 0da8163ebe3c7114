package dev.millrace.contracts.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.json.JsonBytes;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class RequestLineProperties {
    /**
     * A line, split around the model's value.
     *
     * @param before start of the body, from the brace to the model's value
     * @param after rest of the body after the model's value, up to the brace
     */
    record Pieces(String head, String before, String model, String after, String tail) {
        String line() {
            return head + before + JsonBytes.quoted(model) + after + tail;
        }
    }

    @Property
    void replacingTheModelKeepsAllOtherBytes(@ForAll("lines") Pieces pieces) {
        RequestLine line = accepted(pieces.line());

        assertThat(line.model()).isEqualTo(pieces.model());
        assertThat(new String(line.upstreamBody("other/model"), UTF_8))
                .isEqualTo(pieces.before() + "\"other/model\"" + pieces.after());
    }

    @Property
    void addingALimitChangesNothingElse(
            @ForAll("lines") Pieces pieces, @ForAll @LongRange(min = 1) long limit) {
        RequestLine line = accepted(pieces.line());

        byte[] body = line.upstreamBody("other/model", "max_output_tokens", limit);

        String added = "\"other/model\",\"max_output_tokens\":" + limit;
        assertThat(new String(body, UTF_8)).isEqualTo(pieces.before() + added + pieces.after());
        RequestLine again =
                accepted(
                        "{\"custom_id\":\"a\",\"url\":\"/v1/responses\",\"body\":"
                                + new String(body, UTF_8)
                                + "}");
        assertThat(again.maxOutputTokens()).isEqualTo(limit);
    }

    private static RequestLine accepted(String line) {
        var read = RequestParser.parse(line.getBytes(UTF_8));
        assertThat(read).isInstanceOf(ParseResult.Accepted.class);
        return ((ParseResult.Accepted) read).line();
    }

    @Property
    void arbitraryBytesNeverMakeTheParserThrow(@ForAll byte[] record) {
        assertThat(RequestParser.parse(record)).isNotNull();
    }

    @Property
    void damagedLinesNeverMakeTheParserThrow(
            @ForAll("lines") Pieces pieces, @ForAll int place, @ForAll byte damage) {
        byte[] record = pieces.line().getBytes(UTF_8);
        record[Math.floorMod(place, record.length)] = damage;

        assertThat(RequestParser.parse(record)).isNotNull();
    }

    @Provide
    Arbitrary<Pieces> lines() {
        Arbitrary<String> mark = Arbitraries.of("", "\uFEFF");
        Arbitrary<String> model =
                Arbitraries.strings()
                        .withChars("ab-4é漢\"\\/\t")
                        .ofMinLength(1)
                        .ofMaxLength(8)
                        .filter(name -> !name.isBlank());
        return Combinators.combine(mark, space(), fields(), fields(), model, space())
                .as(
                        (start, gap, first, last, name, end) ->
                                new Pieces(
                                        start
                                                + "{\"custom_id\":\"a\",\"x\":{\"model\":\"no\"},\"url\":\"/v1/responses\",\"body\":"
                                                + gap,
                                        "{" + first + "\"model\"" + gap + ":" + end,
                                        name,
                                        end + last.replaceFirst("^(.+),$", ",$1") + gap + "}",
                                        end + "}" + gap));
    }

    private static Arbitrary<String> space() {
        return Arbitraries.of("", " ", "\t", " \r\n ");
    }

    private static Arbitrary<String> fields() {
        return Arbitraries.of(
                        List.of(
                                "\"messages\":[{\"model\":\"no\",\"role\":\"user\"}]",
                                "\"temperature\":1.0E+0",
                                "\"text\":\"\\u00e9é漢😀\\\"model\\\":\\\"no\\\"\"",
                                "\"n\":0.1e1",
                                "\"deep\":[[[{}]],{\"a\":{\"model\":null}}]",
                                "\"seed\":123456789012345678901234567890"))
                .list()
                .uniqueElements()
                .ofMaxSize(4)
                .map(all -> all.isEmpty() ? "" : String.join(" , ", all) + ",");
    }
}
