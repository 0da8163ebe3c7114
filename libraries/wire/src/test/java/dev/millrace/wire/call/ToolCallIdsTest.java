package dev.millrace.wire.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCallIdsTest {
    /** https://docs.mistral.ai/capabilities/function_calling */
    private static final Pattern OF_MISTRAL = Pattern.compile("[a-zA-Z0-9]{9}");

    private static List<Pattern> providers() {
        return List.of(ToolCallIds.OF_MESSAGES, ToolCallIds.OF_CHAT, OF_MISTRAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"call_8aT", "toolu_01A09q90qw90lq917835lq9", "x-1"})
    void idThatIsAcceptedStays(String id) {
        assertThat(new ToolCallIds(ToolCallIds.OF_MESSAGES).ofCall(id)).isEqualTo(id);
        assertThat(new ToolCallIds(ToolCallIds.OF_CHAT).ofCall(id)).isEqualTo(id);
    }

    @Test
    void resultsOfCallsWithOneIdBelongToTheirCallsInOrder() {
        var ids = new ToolCallIds(ToolCallIds.OF_MESSAGES);

        assertThat(List.of(ids.ofCall("a.0"), ids.ofCall("a.0")))
                .containsExactly("escaped_a_2e_0", "escaped_a_2e_0-2");
        assertThat(List.of(ids.ofResult("a.0"), ids.ofResult("a.0"), ids.ofResult("a.0")))
                .containsExactly("escaped_a_2e_0", "escaped_a_2e_0-2", "escaped_a_2e_0-2");
        assertThat(ids.ofCall("a.0")).isEqualTo(ids.ofResult("a.0")).endsWith("-3");
    }

    @Property
    void everyCallHasItsOwnAcceptedIdAndItsResultHasIt(@ForAll("ids") List<String> calls) {
        for (Pattern accepted : providers()) {
            var ids = new ToolCallIds(accepted);
            List<String> sent = calls.stream().map(ids::ofCall).toList();

            assertThat(sent).doesNotHaveDuplicates().allMatch(accepted.asMatchPredicate());
            assertThat(calls.stream().map(ids::ofResult).toList()).isEqualTo(sent);
        }
    }

    @Property
    void continuedConversationHasTheSameBeginning(
            @ForAll("ids") List<String> calls, @ForAll("ids") List<String> later) {
        for (Pattern accepted : providers()) {
            var first = new ToolCallIds(accepted);
            var continued = new ToolCallIds(accepted);
            List<String> all =
                    Stream.concat(calls.stream(), later.stream()).map(continued::ofCall).toList();

            assertThat(all.subList(0, calls.size()))
                    .isEqualTo(calls.stream().map(first::ofCall).toList());
        }
    }

    @Property
    void idThatAClientSeesLeadsBackToTheId(@ForAll("anyId") String id) {
        String seen = ToolCallIds.forClient().ofCall(id);

        assertThat(seen).matches("[a-zA-Z0-9_-]+");
        assertThat(ToolCallIds.restored(seen)).isEqualTo(id);
    }

    @Test
    void errorNamesTheIdsOfTheClient() {
        assertThat(ToolCallIds.restoredIn("tool_use ids without results: escaped_a_2e_0, toolu_1."))
                .isEqualTo("tool_use ids without results: a.0, toolu_1.");
    }

    @Provide
    Arbitrary<String> anyId() {
        Arbitrary<String> plain =
                Arbitraries.strings().withChars("aB9_-.:|é\ud83d\n").ofMaxLength(12);
        return Arbitraries.oneOf(
                plain,
                plain.map(it -> "escaped_" + it),
                plain.map(it -> it + "_2e_"),
                Arbitraries.strings().alpha().ofMinLength(30).ofMaxLength(80));
    }

    @Provide
    Arbitrary<List<String>> ids() {
        return Arbitraries.oneOf(anyId(), Arbitraries.of("", "a", "a-2", "a.", "a_", "a:"))
                .list()
                .ofMaxSize(12);
    }
}
