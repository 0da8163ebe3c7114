package dev.millrace.retrieval.extract;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.tika.mime.MediaType;

/**
 * The process that parses documents: reads them from standard input and writes their text to
 * standard output, until standard input ends. The process halts if a document takes too long, even
 * if its parent has been killed. The JVM ends it if it runs out of memory.
 */
final class ParserMain {
    /** Exit code of the JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int OUT_OF_MEMORY = 3;

    static final int OUT_OF_TIME = 4;

    private final ScheduledExecutorService alarm =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("alarm").daemon().factory());
    private final TikaParser parser = new TikaParser();
    private final long limitMillis;
    private final DataInputStream input;
    private final DataOutputStream output;

    private ParserMain(long limitMillis) {
        this.limitMillis = limitMillis;
        input = new DataInputStream(new BufferedInputStream(System.in));
        output = new DataOutputStream(new BufferedOutputStream(System.out));
        System.setOut(System.err);
    }

    /**
     * Parses documents.
     *
     * @param arguments the time for one document, in milliseconds
     */
    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ROOT);
        new ParserMain(Long.parseLong(arguments[0])).run();
    }

    private void run() throws IOException {
        output.write(ParserMessages.READY);
        output.flush();
        while (true) {
            MediaType type;
            try {
                type = MediaType.parse(ParserMessages.readText(input));
            } catch (EOFException _) {
                return;
            }
            parseNext(type);
        }
    }

    private void parseNext(MediaType type) throws IOException {
        byte[] document = ParserMessages.readBytes(input);
        Future<?> timeout =
                alarm.schedule(
                        () -> Runtime.getRuntime().halt(OUT_OF_TIME), limitMillis, MILLISECONDS);
        Extraction extraction = parser.parse(type, document);
        timeout.cancel(false);
        ParserMessages.writeExtraction(output, extraction);
    }
}
