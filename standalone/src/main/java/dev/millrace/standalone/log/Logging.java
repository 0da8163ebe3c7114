package dev.millrace.standalone.log;

import static java.util.Map.entry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Logs warnings and errors to standard error, one line each and without stack traces.
 *
 * <p>{@code -Dmillrace.log.file=…} or {@link #toFile} logs to a file instead, with stack traces.
 * The file is rotated at 10 MiB and two old files are kept. {@code
 * -Dmillrace.log.level=debug|info|warn|error|off} sets the level; the default is {@code warn}.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level %logger{0} %escaped";
    private static final long MAX_FILE_BYTES = 10L * 1024 * 1024;

    /**
     * Levels of loggers that warn about normal events in a pipeline that starts and stops an
     * embedded broker.
     */
    private static final Map<String, Level> QUIET_LOGGERS =
            Map.ofEntries(
                    // The exception that follows reports the unreadable file.
                    entry("org.apache.kafka.metadata.properties.MetaPropertiesEnsemble", Level.OFF),
                    // Each caller reports an address that cannot be bound.
                    entry("io.helidon.webserver.LoomServer", Level.OFF),
                    // A new topic is unknown at first.
                    entry(
                            "org.apache.kafka.clients.admin.internals.PartitionLeaderStrategy",
                            Level.OFF),
                    // Partitions that are added to a topic are "missing" at first.
                    entry("state.change.logger", Level.OFF),
                    // The node registers itself shortly before its controller becomes active.
                    entry("kafka.server.ControllerApis", Level.OFF),
                    entry("org.apache.kafka.controller.QuorumController", Level.ERROR),
                    entry("org.apache.kafka.clients.producer.internals.Sender", Level.ERROR),
                    // Partitions are reassigned while their last offsets are looked up.
                    entry(
                            "org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils",
                            Level.ERROR),
                    // Another worker's transaction may still change an offset; the client retries.
                    entry(
                            "org.apache.kafka.clients.admin.internals.ListConsumerGroupOffsetsHandler",
                            Level.ERROR),
                    // Advice for later versions, logged at every start.
                    entry("org.apache.kafka.streams.StreamsConfig", Level.ERROR),
                    // Lucene computes without the incubating Vector API.
                    entry(
                            "org.apache.lucene.internal.vectorization.VectorizationProvider",
                            Level.ERROR),
                    entry("kafka.server.DefaultAutoTopicCreationManager", Level.ERROR));

    /**
     * The HTTP client logs headers and addresses, which contain keys, below the level of warnings.
     */
    private static final String HTTP_CLIENT = "org.apache.hc";

    private static final String CLIENTS = "org.apache.kafka.clients";

    /** Loggers that warn about failed connections. */
    private static final List<String> CONNECTIONS =
            List.of(
                    "org.apache.kafka.clients.ClientUtils",
                    "org.apache.kafka.clients.NetworkClient",
                    "org.apache.kafka.clients.admin.internals.AdminMetadataManager",
                    "org.apache.kafka.common.security.oauthbearer.internals.secured.HttpJwtRetriever");

    /** Created by Logback. */
    public Logging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var file = System.getProperty("millrace.log.file", "");
        install(context, file.isEmpty() ? console(context) : file(context, Path.of(file)));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Redirects the JDK's logging, which the web server uses, to Logback. */
    public static void bridge() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** Silences connection warnings, which Kafka clients repeat; the caller reports the failure. */
    public static void quietConnections() {
        connections(Level.OFF);
    }

    /** Shows connection warnings again. */
    public static void showConnections() {
        connections(null);
    }

    private static void connections(@Nullable Level level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            CONNECTIONS.forEach(name -> context.getLogger(name).setLevel(level));
        }
    }

    /**
     * Silences Kafka clients, unless the level shows more than warnings; the caller reports their
     * failures.
     */
    public static void quietClients() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && context.getLogger(Logger.ROOT_LOGGER_NAME)
                        .getLevel()
                        .isGreaterOrEqual(Level.WARN)) {
            context.getLogger(CLIENTS).setLevel(Level.OFF);
            QUIET_LOGGERS.keySet().stream()
                    .filter(name -> name.startsWith(CLIENTS))
                    .forEach(name -> context.getLogger(name).setLevel(Level.OFF));
        }
    }

    /** Redirects the log from standard error to the given file. */
    public static void toFile(Path file) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            install(context, file(context, file));
        }
    }

    /** Excludes messages that contain keys, at any log level. */
    public static void hideSecrets(LoggerContext context) {
        context.getLogger(HTTP_CLIENT).setLevel(Level.WARN);
    }

    private static void install(
            LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.setLevel(Level.toLevel(System.getProperty("millrace.log.level"), Level.WARN));
        root.addAppender(appender);
        hideSecrets(context);
        if (root.getLevel().isGreaterOrEqual(Level.WARN)) {
            QUIET_LOGGERS.forEach((name, level) -> context.getLogger(name).setLevel(level));
        }
    }

    private static OutputStreamAppender<ILoggingEvent> console(LoggerContext context) {
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context, LINE + "%n%nopex"));
        appender.addFilter(new ExpectedMessageFilter());
        return appender;
    }

    private static OutputStreamAppender<ILoggingEvent> file(LoggerContext context, Path file) {
        var appender = new RollingFileAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder(context, LINE + "%n%ex"));
        appender.addFilter(new ExpectedMessageFilter());
        var rolling = new OldLogFiles(file);
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.start();
        var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(MAX_FILE_BYTES));
        size.start();
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(size);
        return appender;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, String pattern) {
        var layout = new PatternLayout();
        layout.setContext(context);
        layout.getInstanceConverterMap().put("escaped", EscapedEvent::new);
        layout.setPattern(pattern);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }
}
