package dev.millrace.standalone.option;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Parses a time in seconds, minutes, hours or days, such as {@code 2h}. */
public final class TimeSpan implements CommandLine.ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,6})([smhd])");

    @Override
    public Duration convert(String text) {
        return of(text).orElseThrow(
                        () ->
                                new CommandLine.TypeConversionException(
                                        "must be a time such as 90s, 30m, 2h or 7d"));
    }

    /** Returns the time of a text; empty if the text has another form. */
    static Optional<Duration> of(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var count = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }
}
