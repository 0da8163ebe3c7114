package dev.millrace.bench.http;

import java.util.List;

/** A program that makes the calls of one measurement and prints its figures. */
public final class HttpClientProgram {
    private HttpClientProgram() {}

    /**
     * Measures.
     *
     * @param args arguments from {@link HttpTrial#arguments}
     */
    public static void main(String[] args) throws Exception {
        HttpTrial trial = HttpTrial.parse(List.of(args));
        System.out.println(new ConcurrentCalls(trial, System::nanoTime).measure().line());
        System.exit(0);
    }
}
