package dev.millrace.standalone.console;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGINT and SIGTERM: the first asks for a clean stop, the second ends the process at once. A
 * shutdown hook would do for the first, but it cannot hear the second.
 */
public final class Interrupts {
    private static final Logger LOG = LoggerFactory.getLogger(Interrupts.class);

    /** POSIX's names and numbers, the same on all systems that have them. */
    private static final Map<String, Integer> SIGNALS = Map.of("INT", 2, "TERM", 15);

    /** What a shell reports for a process that a signal has ended: 128 and its number. */
    private static final int SIGNAL_EXIT = 128;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicInteger received = new AtomicInteger();

    private Interrupts() {}

    /** Takes over both signals for the rest of the process's life. */
    public static Interrupts install() {
        var interrupts = new Interrupts();
        SIGNALS.forEach(interrupts::handle);
        return interrupts;
    }

    /** By reflection: sun.misc.Signal has no successor, and the compiler warns of its name. */
    private void handle(String name, int number) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle onSignal =
                    MethodHandles.lookup()
                            .findVirtual(
                                    Interrupts.class,
                                    "onSignal",
                                    MethodType.methodType(void.class, int.class))
                            .bindTo(this);
            MethodHandle onThisSignal = MethodHandles.insertArguments(onSignal, 0, number);
            Object proxy =
                    MethodHandleProxies.asInterfaceInstance(
                            handler, MethodHandles.dropArguments(onThisSignal, 0, signal));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("signal", name).log("no clean stop on this signal");
        }
    }

    void onSignal(int number) {
        if (!received.compareAndSet(0, number)) {
            Runtime.getRuntime().halt(SIGNAL_EXIT + number);
        }
        stop.countDown();
    }

    /** Whether a clean stop has been asked for. */
    public boolean isStopping() {
        return received.get() != 0;
    }

    /** The exit code of a process that stopped on the signal. */
    public int exitCode() {
        return SIGNAL_EXIT + received.get();
    }

    /**
     * Waits until a stop is asked for, at most so long.
     *
     * @return whether it was
     */
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
        return stop.await(timeout, unit);
    }
}
