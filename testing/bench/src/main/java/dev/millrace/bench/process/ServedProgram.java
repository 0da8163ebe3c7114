package dev.millrace.bench.process;

import java.io.IOException;

/** The child's side of {@link ChildProcess#program}. */
public final class ServedProgram {
    static final String READY = "ready ";

    private ServedProgram() {}

    /**
     * Reports that this process is ready, and waits for a signal or the end of the parent, which
     * closes the standard input. Then closes the resource and exits. An uncaught exception exits at
     * once with code 1.
     *
     * @param ready what the parent learns, such as an address
     */
    public static void serve(String ready, AutoCloseable resource) throws IOException {
        Thread.setDefaultUncaughtExceptionHandler(
                (_, failure) -> {
                    failure.printStackTrace();
                    Runtime.getRuntime().halt(1);
                });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(resource), "close"));
        System.out.println(READY + ready);
        System.out.flush();
        var _ = System.in.readAllBytes();
        System.exit(0);
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException("the program could not be stopped", e);
        }
    }
}
