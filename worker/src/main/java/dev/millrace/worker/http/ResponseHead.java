package dev.millrace.worker.http;

import dev.millrace.wire.error.ResponseHeaders;
import java.util.LinkedHashMap;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;

/**
 * The part of a response that comes before its body.
 *
 * @param status HTTP status
 */
record ResponseHead(int status, ResponseHeaders headers) {
    private static final int SUCCESSFUL = 2;

    static ResponseHead of(HttpResponse response) {
        var headers = new LinkedHashMap<String, String>();
        for (Header header : response.getHeaders()) {
            headers.putIfAbsent(header.getName(), String.valueOf(header.getValue()));
        }
        return new ResponseHead(response.getCode(), new ResponseHeaders(headers));
    }

    /** Returns true if the provider refused the request or failed, so that it bills nothing. */
    boolean isError() {
        return status / 100 != SUCCESSFUL;
    }
}
