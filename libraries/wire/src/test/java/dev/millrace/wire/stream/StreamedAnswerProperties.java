package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.json.JsonTree;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

class StreamedAnswerProperties {
    /** Cuts every golden stream at every byte. Only data after the content can be missing. */
    @Test
    void aCutStreamNeverBecomesAnotherAnswer() {
        GoldenStream.all().forEach(StreamedAnswerProperties::cutEverywhere);
    }

    private static void cutEverywhere(GoldenStream golden) {
        byte[] stream = golden.bytes();
        for (int end = 0; end < stream.length; end++) {
            AssembledAnswer cut = golden.assemble(Arrays.copyOf(stream, end));
            if (!(cut instanceof AssembledAnswer.Incomplete)) {
                assertThat(content(body(cut)))
                        .as("%s cut after byte %d", golden, end)
                        .isEqualTo(content(golden.body().toString()));
            }
        }
        assertThat(golden.assemble(stream)).isInstanceOf(AssembledAnswer.Complete.class);
    }

    private static JsonNode content(String body) {
        return JsonTree.parse(body)
                .map(ObjectNode.class::cast)
                .orElseThrow(() -> new AssertionError(body))
                .remove(List.of("usage"));
    }

    @Property
    void theAnswerDoesNotDependOnThePieces(
            @ForAll GoldenStream golden,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 400) Integer> sizes) {
        byte[] stream = golden.bytes();
        var answer = golden.start();
        int start = 0;
        for (int i = 0; start < stream.length; i++) {
            int length = Math.min(sizes.get(i % sizes.size()), stream.length - start);
            answer.accept(stream, start, length);
            start += length;
        }

        assertThat(body(answer.finish())).isEqualTo(body(golden.assemble(stream)));
    }

    @Property
    void theAnswerDependsOnNeitherLineEndsNorKeepAlives(
            @ForAll GoldenStream golden,
            @ForAll("lineEnds") String lineEnd,
            @ForAll("keepAlives") String keepAlive) {
        String stream = golden.text().replace("\n\n", "\n\n" + keepAlive).replace("\n", lineEnd);

        assertThat(body(golden.assemble(stream.getBytes(UTF_8))))
                .isEqualTo(body(golden.assemble(golden.bytes())));
    }

    @Provide
    Arbitrary<String> lineEnds() {
        return Arbitraries.of("\n", "\r", "\r\n");
    }

    @Provide
    Arbitrary<String> keepAlives() {
        return Arbitraries.of("", ": ping\n\n", ":\n", "event: ping\n\n", "\n\n", "retry: 3\n\n");
    }

    @Property
    void damagedStreamsNeverThrow(
            @ForAll GoldenStream golden,
            @ForAll @IntRange(max = 100_000) int at,
            @ForAll byte damage) {
        byte[] stream = golden.bytes();
        stream[at % stream.length] = damage;

        assertThat(golden.assemble(stream)).isNotNull();
    }

    @Property
    void chatFragmentsBecomeTheWholeMessage(
            @ForAll("fragments") List<String> content,
            @ForAll("fragments") List<String> arguments) {
        var stream = new StringBuilder();
        for (String piece : content) {
            stream.append(chunk("{\"content\":" + quoted(piece) + "}", "null"));
        }
        for (String piece : arguments) {
            stream.append(
                    chunk(
                            "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":"
                                    + quoted(piece)
                                    + "}}]}",
                            "null"));
        }
        stream.append(chunk("{}", "\"stop\"")).append("data: [DONE]\n\n");

        assertThat(assemble(Endpoint.CHAT_COMPLETIONS, stream.toString()))
                .isEqualTo(
                        "{\"choices\":[{\"index\":0,\"message\":{\"content\":"
                                + quoted(String.join("", content))
                                + ",\"tool_calls\":[{\"function\":{\"arguments\":"
                                + quoted(String.join("", arguments))
                                + "}}]},\"finish_reason\":\"stop\"}]}");
    }

    private static String chunk(String delta, String finishReason) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":"
                + delta
                + ",\"finish_reason\":"
                + finishReason
                + "}]}\n\n";
    }

    @Property
    void messageFragmentsBecomeTheWholeMessage(
            @ForAll("fragments") List<String> text, @ForAll("fragments") List<String> thinking) {
        var stream = new StringBuilder();
        stream.append(event("{\"type\":\"message_start\",\"message\":{\"content\":[]}}"));
        appendBlock(stream, 0, "thinking", thinking);
        appendBlock(stream, 1, "text", text);
        stream.append(
                event("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}"));
        stream.append(event("{\"type\":\"message_stop\"}"));

        assertThat(assemble(Endpoint.MESSAGES, stream.toString()))
                .isEqualTo(
                        "{\"content\":[{\"type\":\"thinking\",\"thinking\":"
                                + quoted(String.join("", thinking))
                                + "},{\"type\":\"text\",\"text\":"
                                + quoted(String.join("", text))
                                + "}],\"stop_reason\":\"end_turn\"}");
    }

    private static void appendBlock(
            StringBuilder stream, int index, String type, List<String> pieces) {
        stream.append(
                event(
                        "{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":\"%s\",\"%s\":\"\"}}"
                                .formatted(index, type, type)));
        for (String piece : pieces) {
            stream.append(
                    event(
                            "{\"type\":\"content_block_delta\",\"index\":%d,\"delta\":{\"type\":\"%s_delta\",\"%s\":%s}}"
                                    .formatted(index, type, type, quoted(piece))));
        }
        stream.append(event("{\"type\":\"content_block_stop\",\"index\":%d}".formatted(index)));
    }

    private static String event(String data) {
        return "data: " + data + "\n\n";
    }

    private static String quoted(String text) {
        return JsonTree.text(StringNode.valueOf(text));
    }

    @Provide
    Arbitrary<List<String>> fragments() {
        return Arbitraries.strings()
                .withCharRange(' ', '\uD7FF')
                .ofMaxLength(8)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    private static String assemble(Endpoint endpoint, String stream) {
        var answer =
                new StreamedAnswer(
                        new ExpectedAnswer(endpoint, false),
                        new StreamLimits(64_000, 64_000, 64_000));
        byte[] bytes = stream.getBytes(UTF_8);
        answer.accept(bytes, 0, bytes.length);
        return body(answer.finish());
    }

    private static String body(AssembledAnswer answer) {
        return answer instanceof AssembledAnswer.Complete complete
                ? new String(complete.body(), UTF_8)
                : answer.toString();
    }
}
