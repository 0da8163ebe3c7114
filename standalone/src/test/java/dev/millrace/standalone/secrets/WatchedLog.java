package dev.millrace.standalone.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.millrace.standalone.log.Logging;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * Searches each line that the most detailed level logs, with its key-values and stack trace.
 * Nothing else is kept, since there are many lines.
 */
final class WatchedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    /** The loggers of what handles secrets. The broker and its clients log much at this level. */
    private static final List<String> LOGGERS =
            List.of("dev.millrace", "org.apache.hc", "org.apache.kafka.clients", "io.helidon");

    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    private final List<String> secrets;
    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
    private final Queue<String> refusedFiles = new ConcurrentLinkedQueue<>();
    private final AtomicLong lines = new AtomicLong();

    WatchedLog(List<String> secrets) {
        this.secrets = secrets;
        setContext(logging);
        encoder.setContext(logging);
        encoder.setPattern("%level %logger %msg %kvp %mdc%n%ex");
        encoder.start();
        start();
        for (String name : LOGGERS) {
            Logger logger = logging.getLogger(name);
            logger.setLevel(Level.TRACE);
            logger.setAdditive(false);
            logger.addAppender(this);
        }
        Logging.hideSecrets(logging);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String line = new String(encoder.encode(event), UTF_8);
        lines.incrementAndGet();
        if (secrets.stream().anyMatch(line::contains)) {
            leaks.add(line);
        }
        if (line.contains("its content is refused")) {
            refusedFiles.add(line);
        }
    }

    /** Returns the lines with a secret. */
    List<String> leaks() {
        return List.copyOf(leaks);
    }

    /** Returns true when the file of a key was refused. */
    boolean hasRefusedFile() {
        return !refusedFiles.isEmpty();
    }

    long lines() {
        return lines.get();
    }

    @Override
    public void close() {
        for (String name : LOGGERS) {
            Logger logger = logging.getLogger(name);
            logger.detachAppender(this);
            logger.setAdditive(true);
            logger.setLevel(null);
        }
    }
}
