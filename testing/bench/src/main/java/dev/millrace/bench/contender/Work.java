package dev.millrace.bench.contender;

import dev.millrace.bench.provider.Caller;
import java.net.URI;
import java.time.Duration;

/** The work of each job. */
public sealed interface Work {
    /**
     * A delay within the process.
     *
     * @param time 0 or more, in whole milliseconds
     */
    record InProcess(Duration time) implements Work {
        @Override
        public String key() {
            return time.toMillis() + "ms";
        }
    }

    /**
     * A call over HTTP.
     *
     * @param provider base address, including {@code /v1}
     */
    record OverHttp(URI provider) implements Work {
        @Override
        public String key() {
            return provider.toString();
        }
    }

    /** Returns the work as a command-line argument. */
    String key();

    /**
     * Creates a caller that does this work.
     *
     * @param concurrency maximum number of concurrent calls
     */
    default Caller caller(int concurrency) {
        return switch (this) {
            case InProcess it -> Caller.waiting(it.time());
            case OverHttp it -> Caller.http(it.provider(), concurrency);
        };
    }

    /** Creates a delay within the process. */
    static Work ofMillis(long millis) {
        return new InProcess(Duration.ofMillis(millis));
    }

    /** Parses the output of {@link #key}. */
    static Work parse(String key) {
        return key.endsWith("ms")
                ? ofMillis(Long.parseLong(key.substring(0, key.length() - 2)))
                : new OverHttp(URI.create(key));
    }
}
