package dev.millrace.bench.http;

import java.io.IOException;
import java.util.function.LongSupplier;

/** Makes calls with one client. May be used from any thread. */
interface HttpCaller extends AutoCloseable {
    int OK = 200;

    /**
     * Makes a call and reads its answer; blocks meanwhile.
     *
     * @param thread number of the calling thread, 0 to the number of calls in flight less 1
     * @throws IOException if the call has no answer with status 200
     */
    void call(int thread) throws IOException, InterruptedException;

    /** Creates the client of a measurement. */
    static HttpCaller of(HttpTrial trial, LongSupplier nanos) throws IOException {
        return switch (trial.contender()) {
            case MILLRACE -> new WorkerCaller(trial, nanos);
            case JDK_HTTP_1, JDK_HTTP_2 -> JdkCaller.create(trial);
        };
    }

    @Override
    void close();
}
