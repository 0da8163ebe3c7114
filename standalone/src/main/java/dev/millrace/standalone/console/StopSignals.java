package dev.millrace.standalone.console;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles SIGINT and SIGTERM. The first signal requests a clean stop; the second one ends the
 * process at once, which a shutdown hook could not do.
 */
public final class StopSignals implements Rest {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    /** Signal numbers by name, as POSIX defines them. */
    private static final Map<String, Integer> SIGNALS = Map.of("INT", 2, "TERM", 15);

    /** A shell reports a process ended by a signal as 128 plus the signal number. */
    private static final int SIGNAL_EXIT_BASE = 128;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicInteger received = new AtomicInteger();

    private StopSignals() {}

    /** Handles both signals until the process ends. */
    public static StopSignals install() {
        var stopSignals = new StopSignals();
        SIGNALS.forEach(stopSignals::handle);
        return stopSignals;
    }

    /** Uses reflection: sun.misc.Signal has no replacement, and naming it is a compiler warning. */
    private void handle(String name, int number) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle onSignal =
                    MethodHandles.lookup()
                            .findVirtual(
                                    StopSignals.class,
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
            LOG.atWarn().addKeyValue("signal", name).log("cannot handle this signal");
        }
    }

    void onSignal(int number) {
        if (!received.compareAndSet(0, number)) {
            Runtime.getRuntime().halt(SIGNAL_EXIT_BASE + number);
        }
        stop.countDown();
    }

    /** Returns true once a clean stop was requested. */
    public boolean isStopping() {
        return received.get() != 0;
    }

    /** Returns the exit code of a process that stopped on the received signal. */
    public int exitCode() {
        return SIGNAL_EXIT_BASE + received.get();
    }

    @Override
    public boolean isEnded(Duration time) throws InterruptedException {
        return stop.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
