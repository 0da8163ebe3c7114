package dev.millrace.standalone.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TextDiffTest {
    @Test
    void containsOnlyTheDifferingLines() {
        assertThat(TextDiff.of("a\nb\nc\nd\n", "a\nx\nc\n")).containsExactly("- b", "+ x", "- d");
    }

    @Test
    void isEmptyForEqualTexts() {
        assertThat(TextDiff.of("a\nb\n", "a\nb\n")).isEmpty();
    }

    @Property
    void removesOnlyLinesOfTheOldTextAndAddsOnlyLinesOfTheNewText(
            @ForAll @Size(max = 8)
                    List<@StringLength(1) @CharRange(from = 'a', to = 'd') String> before,
            @ForAll @Size(max = 8)
                    List<@StringLength(1) @CharRange(from = 'a', to = 'd') String> after) {
        var diff = TextDiff.of(String.join("\n", before), String.join("\n", after));

        assertThat(before.size() - count(diff, "- ")).isEqualTo(after.size() - count(diff, "+ "));
        assertThat(before).containsAll(lines(diff, "- "));
        assertThat(after).containsAll(lines(diff, "+ "));
    }

    private static long count(List<String> diff, String sign) {
        return lines(diff, sign).size();
    }

    private static List<String> lines(List<String> diff, String sign) {
        return diff.stream()
                .filter(line -> line.startsWith(sign))
                .map(line -> line.substring(sign.length()))
                .collect(Collectors.toList());
    }
}
