package dev.millrace.testwaits;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a simulation: a test whose parameter is the seed of a history. Equal seeds give equal
 * histories, in each JVM.
 *
 * <p>Histories run on virtual threads, on all cores, until one fails. {@code
 * -Dmillrace.seeds.time=PT6M} limits the time instead of the number of histories, and {@code
 * -Dmillrace.seed=N} replays one seed. A failure names the command that replays it.
 */
@Test
@Tag("seeds")
@ExtendWith(SeedRunner.class)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Seeds {
    /** Number of histories from new seeds. */
    int value();

    /** Number of histories in {@code ./millrace test --all}; 0 for ten times {@link #value}. */
    int all() default 0;

    /** Seeds that have failed before, which run first. */
    long[] failed() default {};
}
