package dev.millrace.wire.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {
    private final SseParser parser = new SseParser(40, 30);

    private List<String> feed(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return text(parser.feed(bytes, 0, bytes.length));
    }

    private static List<String> text(List<SseEvent> events) {
        return events.stream()
                .map(event -> event.name() + "=" + new String(event.data(), UTF_8))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void everyLineEndSeparatesFieldsAndEvents(String end) {
        assertThat(feed("event: a{}data: 1{}data: 2{}{}data: 3{}{}".replace("{}", end)))
                .containsExactly("a=1\n2", "=3");
    }

    @Test
    void mixedLineEndsAreNotBlankLines() {
        assertThat(feed("data: 1\r\ndata: 2\rdata: 3\n\r\n")).containsExactly("=1\n2\n3");
    }

    @Test
    void aLineEndInTwoPiecesEndsOneLine() {
        assertThat(feed("data: 1\r")).isEmpty();
        assertThat(feed("\ndata: 2\r")).isEmpty();
        assertThat(feed("\n\r")).containsExactly("=1\n2");
        assertThat(feed("\n")).isEmpty();
    }

    @Test
    void piecesMayEndWithinACharacter() {
        byte[] bytes = "data: 🚀\n\n".getBytes(UTF_8);
        var events = new ArrayList<SseEvent>();
        for (int i = 0; i < bytes.length; i++) {
            events.addAll(parser.feed(bytes, i, 1));
        }

        assertThat(text(events)).containsExactly("=🚀");
    }

    @Test
    void severalEventsInOnePieceKeepTheirOrder() {
        assertThat(feed("data: 1\n\ndata: 2\n\ndata: 3\n\n")).containsExactly("=1", "=2", "=3");
    }

    @Test
    void commentsAndUnknownFieldsAreSkipped() {
        assertThat(feed(": keep-alive\n\n:\n\nid: 7\nretry: 1\nnonsense\ndata: 1\n\n"))
                .containsExactly("=1");
    }

    @Test
    void whatMayStandBeforeALineIsSkipped() {
        assertThat(feed("\uFEFFdata: 1\n\n\uFEFF\0 \tdata: 2\n\n")).containsExactly("=1", "=2");
    }

    @Test
    void jsonNeedsNoPrefixAndNoBlankLine() {
        assertThat(feed("{\"a\":1}\nDATA: {\"a\":2}\nevent: b\ndata: {\"a\":3}\ndata: [DONE]\n"))
                .containsExactly("={\"a\":1}", "={\"a\":2}", "b={\"a\":3}", "=[DONE]");
    }

    @Test
    void jsonOfSeveralLinesIsOneEvent() {
        assertThat(feed("data: {\"a\":[\ndata: {},\ndata: {}\ndata: ]}\n\n"))
                .containsExactly("={\"a\":[\n{},\n{}\n]}");
    }

    @Test
    void nameMayComeAfterTheData() {
        assertThat(feed("data: 1\nevent: a\n\n")).containsExactly("a=1");
    }

    @Test
    void oneSpaceAfterTheColonBelongsToTheField() {
        assertThat(feed("data:1\n\ndata:  1\n\ndata\n\n")).containsExactly("=1", "= 1", "=");
    }

    @Test
    void anEventWithoutDataIsNone() {
        assertThat(feed("event: a\n\ndata: 1\n\n")).containsExactly("=1");
    }

    @Test
    void anEventWithoutBlankLineComesWithTheEndOfTheStream() {
        assertThat(feed("data: 1\n")).isEmpty();
        assertThat(parser.end()).hasSize(1);
        assertThat(feed("data: 2")).isEmpty();
        assertThat(parser.end()).hasSize(1);
    }

    @Nested
    class Limits {
        @Test
        void aLineMayBeAsLongAsTheLimit() {
            feed("x".repeat(40) + "\n");

            assertThat(parser.isOverLimit()).isFalse();
        }

        @Test
        void aLongerLineStopsTheParserBeforeItsEnd() {
            feed("x".repeat(20));
            assertThat(parser.isOverLimit()).isFalse();
            feed("x".repeat(21));

            assertThat(parser.isOverLimit()).isTrue();
            assertThat(feed("\ndata: 1\n\n")).isEmpty();
        }

        @Test
        void commentsAreNotHeld() {
            feed("data: 1\n: 23456789");
            feed("0123456789\n:\n");

            assertThat(parser.heldBytes()).isEqualTo(1);
            assertThat(feed("\n")).containsExactly("=1");
        }

        @Test
        void allCommentsTogetherMayBeAsLongAsALine() {
            feed((":" + "x".repeat(9) + "\n\n").repeat(4));
            assertThat(parser.isOverLimit()).isFalse();
            assertThat(feed("data: 1\n\n")).containsExactly("=1");

            feed(":\n");
            assertThat(parser.isOverLimit()).isTrue();
            assertThat(feed("data: 1\n\n")).isEmpty();
        }

        @Test
        void endlessCommentStopsTheParserAndHoldsNothing() {
            feed(":" + "x".repeat(20));
            feed("x".repeat(20));

            assertThat(parser.isOverLimit()).isTrue();
            assertThat(parser.heldBytes()).isZero();
        }

        @Test
        void anEventOfManyLinesStopsTheParser() {
            assertThat(feed("data: 1\n\n" + "data: 123456789\n".repeat(4) + "\n"))
                    .containsExactly("=1");

            assertThat(parser.isOverLimit()).isTrue();
        }

        @Test
        void manyShortLinesOfOneEventWithoutTextStopTheParser() {
            feed("data\n".repeat(100));

            assertThat(parser.isOverLimit()).isTrue();
        }
    }
}
