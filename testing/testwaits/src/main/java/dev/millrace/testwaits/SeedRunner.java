package dev.millrace.testwaits;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Runs the histories of a test with {@link Seeds}. */
final class SeedRunner implements ParameterResolver, InvocationInterceptor {
    private static final @Nullable Long REPLAYED = Long.getLong("millrace.seed");
    private static final Duration TIME =
            Duration.parse(System.getProperty("millrace.seeds.time", "PT0S"));

    /** Set by {@code ./millrace test --all}. */
    private static final boolean IS_ALL = System.getProperty("all") != null;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == long.class;
    }

    /** Returns a placeholder: each history gets a seed of its own. */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return 0L;
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> once,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext test) {
        once.skip();
        new Histories(context.getExecutable(), test.getRequiredTestInstance()).run();
    }

    private static LongStream seeds(Seeds seeds) {
        if (REPLAYED != null) {
            return LongStream.of(REPLAYED);
        }
        long end = System.nanoTime() + TIME.toNanos();
        LongStream random =
                LongStream.generate(() -> ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
        return LongStream.concat(
                LongStream.of(seeds.failed()),
                TIME.isZero()
                        ? random.limit(count(seeds))
                        : random.takeWhile(_ -> System.nanoTime() - end < 0));
    }

    private static int count(Seeds seeds) {
        if (!IS_ALL) {
            return seeds.value();
        }
        return seeds.all() == 0 ? 10 * seeds.value() : seeds.all();
    }

    private record Failure(long seed, Throwable cause) {}

    /** The histories of one test. */
    private static final class Histories {
        private final Method simulation;
        private final Object test;
        private final PrimitiveIterator.OfLong seeds;
        private final Set<Long> running = ConcurrentHashMap.newKeySet();
        private final List<Failure> failures = new ArrayList<>();
        private int started;

        Histories(Method simulation, Object test) {
            this.simulation = simulation;
            this.test = test;
            seeds = seeds(Objects.requireNonNull(simulation.getAnnotation(Seeds.class))).iterator();
            simulation.setAccessible(true);
        }

        void run() {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                threads.add(Thread.startVirtualThread(this::runInSequence));
            }
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                // The test has timed out, since a history hangs.
                running.forEach(seed -> fail(seed, e));
            }
            report();
        }

        private void runInSequence() {
            for (Long seed = next(); seed != null; seed = next()) {
                running.add(seed);
                try {
                    simulation.invoke(test, seed);
                } catch (ReflectiveOperationException | RuntimeException e) {
                    fail(seed, Objects.requireNonNullElse(e.getCause(), e));
                }
                running.remove(seed);
            }
        }

        /** Returns the seed of the next history; null for none. */
        private synchronized @Nullable Long next() {
            if (!failures.isEmpty() || !seeds.hasNext()) {
                return null;
            }
            started++;
            return seeds.next();
        }

        private synchronized void fail(long seed, Throwable cause) {
            failures.add(new Failure(seed, cause));
        }

        /** Prints lines that the launcher collects, and throws if a history has failed. */
        private synchronized void report() {
            String type = simulation.getDeclaringClass().getName();
            String name = type.substring(type.lastIndexOf('.') + 1) + "#" + simulation.getName();
            System.out.printf("seeds: %9d histories of %s%n", started, name);
            if (failures.isEmpty()) {
                return;
            }
            failures.forEach(it -> System.out.println(replay(name, it.seed())));
            var first = failures.getFirst();
            throw new AssertionError(replay(name, first.seed()), first.cause());
        }

        /** Tests run in the folder of their module. */
        private static String replay(String name, long seed) {
            return "./millrace test --quick -pl :millrace-%s -am -Dtest='%s' -Dmillrace.seed=%d"
                    .formatted(Path.of("").toAbsolutePath().getFileName(), name, seed);
        }
    }
}
