package dev.millrace.gateway.http;

import io.helidon.common.uri.UriQuery;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request for one page of a list.
 *
 * @param after id of the last object of the previous page; null for the first page
 * @param limit maximum number of objects, at least 1
 * @param isAscending true for the oldest first
 */
public record PageQuery(@Nullable String after, int limit, boolean isAscending) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    /**
     * Reads the parameters {@code after}, {@code limit} and {@code order}.
     *
     * @throws ApiError if one of them has a wrong value
     */
    public static PageQuery read(UriQuery query, int defaultLimit, int maxLimit) {
        return new PageQuery(
                query.first("after").orElse(null),
                limit(query, defaultLimit, maxLimit),
                isAscending(query.first("order").orElse("desc")));
    }

    /**
     * Reads the parameter {@code limit}.
     *
     * @throws ApiError if it has a wrong value
     */
    public static int limit(UriQuery query, int defaultLimit, int maxLimit) {
        String text = query.first("limit").orElse(null);
        if (text == null) {
            return defaultLimit;
        }
        if (NUMBER.matcher(text).matches()) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= maxLimit) {
                return limit;
            }
        }
        throw ApiError.invalid("limit", "limit must be a whole number from 1 to " + maxLimit);
    }

    private static boolean isAscending(String order) {
        return switch (order) {
            case "asc" -> true;
            case "desc" -> false;
            default -> throw ApiError.invalid("order", "order must be asc or desc");
        };
    }
}
