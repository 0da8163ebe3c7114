package dev.millrace.standalone.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;

/** Drops expected messages of loggers whose other warnings matter. */
final class ExpectedMessageFilter extends Filter<ILoggingEvent> {
    // Kafka's controller closes one of its connections twice whenever it stops.
    private static final String CLOSED_TWICE = "has already been closed";

    // A poll that has enough bytes refuses the next record until the next poll (BoundedConsumer).
    private static final String POLL_IS_FULL = "Value Deserializers with error";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return isExpected(event.getMessage()) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private static boolean isExpected(@Nullable String message) {
        return message != null
                && (message.contains(CLOSED_TWICE) || message.contains(POLL_IS_FULL));
    }
}
