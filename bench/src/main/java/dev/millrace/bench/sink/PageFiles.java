package dev.millrace.bench.sink;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The files that a browser loads for a page: the page, and the styles, icons and scripts that it
 * and its scripts name.
 *
 * @param addresses all files, the page first
 * @param bytes size of all files
 */
record PageFiles(List<URI> addresses, long bytes) {
    private static final int OK = 200;

    /** An attribute with a path of this server, or the module of an import. */
    private static final Pattern LINK =
            Pattern.compile("(?:src|href)=\"(/[^\"]+)\"|from \"(\\./[^\"]+\\.js)\"");

    PageFiles {
        addresses = List.copyOf(addresses);
    }

    /**
     * Loads a page with its files.
     *
     * @throws IOException when a file cannot be loaded
     */
    static PageFiles load(HttpClient http, URI page) throws IOException, InterruptedException {
        Map<URI, Long> sizes = new LinkedHashMap<>();
        var next = new ArrayDeque<URI>(List.of(page));
        while (!next.isEmpty()) {
            URI address = next.remove();
            if (!sizes.containsKey(address)) {
                HttpResponse<String> file =
                        http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
                if (file.statusCode() != OK) {
                    throw new IOException(address + " answered with status " + file.statusCode());
                }
                sizes.put(address, (long) file.body().length());
                next.addAll(links(address, file.body()));
            }
        }
        return new PageFiles(
                List.copyOf(sizes.keySet()),
                sizes.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Returns the files that a file names. */
    static List<URI> links(URI address, String content) {
        return LINK.matcher(content)
                .results()
                .map(it -> address.resolve(it.group(1) != null ? it.group(1) : it.group(2)))
                .toList();
    }
}
