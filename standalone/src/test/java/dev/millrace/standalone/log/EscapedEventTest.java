package dev.millrace.standalone.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class EscapedEventTest {
    private static String line(String message, KeyValuePair... pairs) {
        var event =
                new LoggingEvent(
                        "test",
                        new LoggerContext().getLogger("test"),
                        Level.WARN,
                        message,
                        null,
                        null);
        event.setKeyValuePairs(List.of(pairs));
        return new EscapedEvent().convert(event);
    }

    @Test
    void plainTextStaysAsItIs() {
        assertThat(line("A batch is published", new KeyValuePair("batch", "größe-1")))
                .isEqualTo("A batch is published batch=\"größe-1\"");
    }

    @Test
    void clientCannotBeginALine() {
        assertThat(line("refused\nWARN forged", new KeyValuePair("id", "a\r\n\u2028b\u001b[2K")))
                .isEqualTo("refused\\nWARN forged id=\"a\\u000d\\n\\u2028b\\u001b[2K\"");
    }

    @Test
    void clientCannotForgeAKeyValue() {
        assertThat(line("refused", new KeyValuePair("id", "a\" tenant=\"root\\")))
                .isEqualTo("refused id=\"a\\\" tenant=\\\"root\\\\\"");
    }

    @Test
    void missingValueIsWritten() {
        assertThat(line("refused", new KeyValuePair("id", null))).isEqualTo("refused id=\"null\"");
    }
}
