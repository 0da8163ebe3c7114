package dev.millrace.traces;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SpanSenderTest {
    private static final JobSpan SPAN =
            new JobSpan(
                    SpanContext.getInvalid(),
                    SpanContext.getInvalid(),
                    new JobSpan.Name("wait", SpanKind.INTERNAL),
                    new JobSpan.Times(Instant.EPOCH, Instant.EPOCH),
                    Attributes.empty(),
                    List.of(),
                    false,
                    Resource.empty());

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Receiver receiver = new Receiver();
    private final SpanSender sender = new SpanSender(receiver, meters);

    /** A receiver that accepts spans or not. */
    static final class Receiver implements SpanExporter {
        final List<SpanData> spans = new ArrayList<>();
        boolean isGone;

        @Override
        public CompletableResultCode export(Collection<SpanData> batch) {
            if (isGone) {
                return CompletableResultCode.ofFailure();
            }
            spans.addAll(batch);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    private double count(String outcome) {
        return meters.counter("millrace.traces.spans", "outcome", outcome).count();
    }

    private void add(int spans) {
        for (int i = 0; i < spans; i++) {
            sender.add(SPAN);
        }
    }

    @Test
    void sendsWhatWaits() {
        add(1_000);
        sender.runOnce();

        assertThat(receiver.spans).hasSize(1_000);
        assertThat(count("sent")).isEqualTo(1_000);
    }

    @Test
    void dropsSpansBeyondTheBoundWithoutWaiting() {
        add(SpanSender.QUEUED + 7);

        assertThat(count("dropped")).isEqualTo(7);
        sender.runOnce();
        assertThat(receiver.spans).hasSize(SpanSender.QUEUED);
    }

    @Test
    void missingReceiverIsOneWarning() {
        var logger = (Logger) LoggerFactory.getLogger(SpanSender.class);
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        logger.addAppender(log);
        try {
            receiver.isGone = true;
            for (int i = 0; i < 5; i++) {
                add(1);
                sender.runOnce();
            }
            receiver.isGone = false;
            add(1);
            sender.runOnce();

            assertThat(log.list)
                    .singleElement()
                    .satisfies(it -> assertThat(it.getMessage()).contains("tracing.endpoint"));
            assertThat(count("failed")).isEqualTo(5);
            assertThat(receiver.spans).hasSize(1);
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void closeSendsWhatWaits() {
        sender.start();
        add(3);
        sender.close();

        assertThat(receiver.spans).hasSize(3);
    }
}
