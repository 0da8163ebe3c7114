package dev.millrace.worker.answer;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/** A response that names another address. */
final class Redirect {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
    private static final int MAX_CHARS = 300;

    private Redirect() {}

    /**
     * Returns the address without parts that may hold a secret: login, query and fragment. Empty if
     * the response is no redirect.
     */
    static Optional<String> target(ExchangeEnd.Responded responded) {
        return STATUSES.contains(responded.status())
                ? responded.headers().text("location").map(Redirect::withoutSecrets)
                : Optional.empty();
    }

    private static String withoutSecrets(String location) {
        try {
            URI uri = new URI(location);
            String target =
                    new URI(
                                    uri.getScheme(),
                                    null,
                                    uri.getHost(),
                                    uri.getPort(),
                                    uri.getPath(),
                                    null,
                                    null)
                            .toString();
            return target.length() <= MAX_CHARS ? target : target.substring(0, MAX_CHARS) + "…";
        } catch (URISyntaxException e) {
            return "an address that cannot be read";
        }
    }
}
