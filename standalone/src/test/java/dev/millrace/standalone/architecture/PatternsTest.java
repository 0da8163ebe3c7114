package dev.millrace.standalone.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.architecture.PatternCalls.Call;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that no text makes a pattern of the product work more than its length explains. */
@Tag("slow")
class PatternsTest {
    private static final List<Call> CALLS = PatternCalls.in(Code.SHIPPED);

    /** Classes that compile a pattern which is not a constant. */
    private static final List<String> OTHERS =
            List.of(
                    // A quoted name between conditions.
                    "dev.millrace.contracts.topic.CorruptBatch",
                    // The ids of tool calls that a provider accepts, from the catalog.
                    "dev.millrace.contracts.catalog.ModelParameters",
                    // The tables that this test reads.
                    "dev.millrace.router.classify.token.HiddenInput$Row",
                    "dev.millrace.wire.error.Signatures$Row");

    static Stream<Call> constants() {
        return CALLS.stream().filter(it -> it.regex().isPresent()).distinct();
    }

    @ParameterizedTest
    @MethodSource("constants")
    void workOfEachPatternIsBoundedByTheLengthOfTheText(Call call) {
        String regex = call.regex().orElseThrow();

        assertThat(PatternWork.problem(regex, call.flags(), call.isSearch())).as(regex).isEmpty();
    }

    static Stream<Pattern> tables() throws ReflectiveOperationException {
        return Stream.concat(
                table("dev.millrace.wire.error.Signatures", "pattern"),
                table("dev.millrace.router.classify.token.HiddenInput", "models"));
    }

    /** Returns the patterns of a table's rows, which are private to their package. */
    private static Stream<Pattern> table(String type, String pattern)
            throws ReflectiveOperationException {
        Method rows = Class.forName(type).getDeclaredMethod("rows");
        rows.setAccessible(true);
        var patterns = new ArrayList<Pattern>();
        for (Object row : (List<?>) rows.invoke(null)) {
            Method accessor = row.getClass().getDeclaredMethod(pattern);
            accessor.setAccessible(true);
            patterns.add((Pattern) accessor.invoke(row));
        }
        return patterns.stream();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void workOfEachPatternOfATableIsBoundedByTheLengthOfTheText(Pattern pattern) {
        assertThat(PatternWork.problem(pattern.pattern(), pattern.flags(), true))
                .as(pattern.pattern())
                .isEmpty();
    }

    @Test
    void patternsAreConstants() {
        assertThat(CALLS.stream().filter(it -> it.regex().isEmpty()).map(Call::place).distinct())
                .containsExactlyInAnyOrderElementsOf(OTHERS);
    }
}
