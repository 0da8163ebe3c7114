package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.sse.SseEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OddStreamTest {
    private static List<OddStream> all() {
        return OddStream.all().toList();
    }

    @ParameterizedTest
    @MethodSource("all")
    void answerIsKeptWhateverStandsAroundIt(OddStream odd) {
        byte[] stream = odd.bytes();

        assertThat(JsonTree.parse(TestStream.body(odd.assemble(stream, stream.length))))
                .contains(odd.body());
    }

    @ParameterizedTest
    @MethodSource("all")
    void answerDoesNotDependOnItsPieces(OddStream odd) {
        assertThat(JsonTree.parse(TestStream.body(odd.assemble(odd.bytes(), 1))))
                .contains(odd.body());
    }

    /** A body has no names of events, and no end mark that is not JSON. */
    private static List<OddStream> ofObjects() {
        return all().stream()
                .filter(it -> !it.name().matches(".*(no-types|-done|no-reason|foreign-events)"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("ofObjects")
    void answerIsFoundInABodyThatIsNotReadAsAStream(OddStream odd) {
        assertThat(JsonTree.parse(AnswerBody.of(odd.expected(), odd.bytes()))).contains(odd.body());
    }

    @Nested
    class AListener {
        private final List<String> heard = new ArrayList<>();
        private boolean isIrregular;

        private void hear(String name) {
            var odd = all().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
            byte[] stream = odd.bytes();
            OddStream.assemble(
                    odd.expected(),
                    stream,
                    stream.length,
                    new StreamListener() {
                        @Override
                        public void onEvent(SseEvent event) {
                            heard.add(event.name() + " " + new String(event.data(), UTF_8));
                        }

                        @Override
                        public void onIrregular() {
                            isIrregular = true;
                        }
                    });
        }

        @Test
        void receivesNoForeignEvent() {
            hear("chat-foreign-events");

            assertThat(heard).hasSize(7).noneMatch(it -> it.contains("tool"));
            assertThat(isIrregular).isFalse();
        }

        @Test
        void receivesNoEventTwice() {
            hear("chat-doubled-end");

            assertThat(heard.stream().filter(it -> it.contains("🚀"))).hasSize(1);
        }

        @Test
        void receivesEventsUnderTheNamesOfTheirApi() {
            hear("messages-no-names");

            assertThat(heard.getFirst()).startsWith("message_start ");
            heard.clear();
            hear("chat-renamed-events");
            assertThat(heard).allMatch(it -> it.startsWith(" "));
        }

        @Test
        void receivesOnlyTheRegularBeginningOfAnIrregularStream() {
            hear("messages-all-of-index-0");

            assertThat(isIrregular).isTrue();
            assertThat(heard).hasSize(4);
        }
    }
}
