package dev.millrace.router.classify;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Value that is computed on first use. Used by one thread. */
public final class LazyValue<T> {
    private final Supplier<T> source;
    private @Nullable T value;

    /** Creates a value that the source supplies on first use. */
    public LazyValue(Supplier<T> source) {
        this.source = source;
    }

    public T get() {
        T known = value;
        if (known == null) {
            known = source.get();
            value = known;
        }
        return known;
    }
}
