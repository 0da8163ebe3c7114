package dev.millrace.bench.process;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The child's side of {@link ChildProcess}: reads the parent's requests from standard input. At the
 * end of the input, the parent has closed it or has ended, and this process exits too.
 */
public final class ParentControl {
    static final String HEAP = "heap";
    private static final int BYTES_PER_MIB = 1 << 20;

    private ParentControl() {}

    /**
     * Reports that this process is ready, serves the parent's requests until the input ends, then
     * closes the resource and exits. An uncaught exception exits at once with code 1.
     *
     * @param ready line to report to the parent
     * @param resource closed before the process exits
     */
    public static void serve(String ready, AutoCloseable resource) throws Exception {
        serve(ready, resource, Map.of());
    }

    /**
     * Serves further requests as well, each of which is a word.
     *
     * @param answers returns the answer to a request, one line; may wait
     */
    public static void serve(
            String ready, AutoCloseable resource, Map<String, Callable<String>> answers)
            throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(
                (_, failure) -> {
                    failure.printStackTrace();
                    Runtime.getRuntime().halt(1);
                });
        print(ready);
        var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String request = requests.readLine(); request != null; request = requests.readLine()) {
            Callable<String> answer = answers.get(request);
            if (request.equals(HEAP)) {
                print(HEAP + " " + liveHeapMib());
            } else if (answer != null) {
                print(answer.call());
            }
        }
        resource.close();
        System.exit(0);
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static long liveHeapMib() {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return (runtime.totalMemory() - runtime.freeMemory()) / BYTES_PER_MIB;
    }
}
