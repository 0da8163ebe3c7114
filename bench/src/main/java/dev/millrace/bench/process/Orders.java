package dev.millrace.bench.process;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The child's side of {@link Child}: what its parent tells it on standard input. When that ends,
 * the parent has let go of it, or is gone, and this process ends too.
 */
public final class Orders {
    static final String HEAP = "heap";
    private static final int BYTES_PER_MIB = 1 << 20;

    private Orders() {}

    /**
     * Says that this process is ready, and obeys until the parent lets go; then does its last work
     * and ends the process. Anything that nobody catches ends it at once, and badly.
     *
     * @param ready told to the parent
     * @param lastWork before the process ends
     */
    public static void obey(String ready, AutoCloseable lastWork) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(
                (_, failure) -> {
                    failure.printStackTrace();
                    Runtime.getRuntime().halt(1);
                });
        say(ready);
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals(HEAP)) {
                say(HEAP + " " + liveHeapMib());
            }
        }
        lastWork.close();
        System.exit(0);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static long liveHeapMib() {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return (runtime.totalMemory() - runtime.freeMemory()) / BYTES_PER_MIB;
    }
}
