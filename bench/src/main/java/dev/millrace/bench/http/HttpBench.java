package dev.millrace.bench.http;

import dev.millrace.bench.http.HttpFigures.Result;
import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures each client with each number of calls in flight, over TLS and without it, one after
 * another.
 *
 * @param latency latency of the server's answers with at least {@link #MANY} calls in flight; with
 *     fewer, the server answers at once
 * @param time duration of each measurement
 */
record HttpBench(WorkFolder folder, Terminal terminal, Duration latency, Duration time) {
    /** With fewer calls in flight, waiting for answers would leave nothing to measure. */
    static final int MANY = 1_000;

    /**
     * Without it, the JDK's client allows its server 0 pushed streams, and the server's library
     * closes the connection.
     */
    private static final String ALLOW_PUSH = "-Djdk.httpclient.enablepush=1";

    /** The server keeps about 100 KiB for each TLS connection; with less heap it ends. */
    private static final String SERVER_HEAP = "-Xmx4g";

    /**
     * Runs all measurements.
     *
     * @throws IOException when a process does not start or ends early
     */
    HttpFigures measure(List<Integer> inFlight) throws IOException, InterruptedException {
        var results = new ArrayList<Result>();
        ServerCertificate certificate = ServerCertificate.create(folder);
        for (int calls : inFlight) {
            for (boolean isOverTls : new boolean[] {true, false}) {
                for (HttpContender contender : HttpContender.values()) {
                    if (isOverTls || !contender.needsTls()) {
                        Result result = measure(contender, isOverTls, calls, certificate);
                        terminal.say("  " + result.summary());
                        results.add(result);
                    }
                }
            }
        }
        return new HttpFigures(results);
    }

    private Result measure(
            HttpContender contender, boolean isOverTls, int calls, ServerCertificate certificate)
            throws IOException, InterruptedException {
        terminal.say(
                "measuring %s, %s, %d in flight"
                        .formatted(contender.title(), isOverTls ? "TLS" : "plain", calls));
        Duration delay = calls < MANY ? Duration.ZERO : latency;
        var arguments = new ArrayList<>(List.of(Long.toString(delay.toMillis())));
        if (isOverTls) {
            arguments.add(certificate.keyStore().toString());
        }
        try (var server =
                ChildProcess.start(
                        folder,
                        "server",
                        DelayedAnswerServer.class,
                        List.of(SERVER_HEAP),
                        arguments)) {
            var trial =
                    new HttpTrial(
                            contender,
                            URI.create(server.ready()),
                            certificate.authority(),
                            calls,
                            delay,
                            time);
            String line =
                    ChildJvm.outputOf(
                            ChildJvm.program(
                                    HttpClientProgram.class.getName(),
                                    List.of(ALLOW_PUSH),
                                    trial.arguments()));
            return new Result(trial, HttpRow.parse(line));
        }
    }
}
