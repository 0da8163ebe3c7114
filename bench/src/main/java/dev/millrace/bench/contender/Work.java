package dev.millrace.bench.contender;

import java.net.URI;
import java.time.Duration;

/** What each job takes. */
public sealed interface Work {
    /**
     * A wait within the process.
     *
     * @param time 0 or longer, in whole milliseconds
     */
    record InProcess(Duration time) implements Work {
        @Override
        public String word() {
            return time.toMillis() + "ms";
        }
    }

    /**
     * A call over HTTP.
     *
     * @param provider its base address, {@code /v1} included
     */
    record OverHttp(URI provider) implements Work {
        @Override
        public String word() {
            return provider.toString();
        }
    }

    /** As an argument. */
    String word();

    /** So long a wait within the process. */
    static Work ofMillis(long millis) {
        return new InProcess(Duration.ofMillis(millis));
    }

    /** What {@link #word} has written. */
    static Work parse(String word) {
        return word.endsWith("ms")
                ? ofMillis(Long.parseLong(word.substring(0, word.length() - 2)))
                : new OverHttp(URI.create(word));
    }
}
