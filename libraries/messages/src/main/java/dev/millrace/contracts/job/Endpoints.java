package dev.millrace.contracts.job;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The endpoints that a process knows, in the order of their definition. Immutable. */
public final class Endpoints {
    /** The endpoints of this product. */
    public static final Endpoints SHIPPED =
            new Endpoints(
                    List.of(
                            Endpoint.CHAT_COMPLETIONS,
                            Endpoint.RESPONSES,
                            Endpoint.COMPLETIONS,
                            Endpoint.EMBEDDINGS,
                            Endpoint.MESSAGES));

    private static final AtomicReference<Endpoints> KNOWN = new AtomicReference<>(SHIPPED);

    private final Set<Endpoint> all;
    private final Map<String, Endpoint> byUrl;
    private final Set<String> limitKeys;
    private final Set<String> texts;
    private final Set<String> reasons;
    private final Set<String> withheld;

    /** Creates a set of endpoints with different urls. */
    public Endpoints(List<Endpoint> all) {
        this.all = Collections.unmodifiableSet(new LinkedHashSet<>(all));
        byUrl = all.stream().collect(Collectors.toUnmodifiableMap(Endpoint::url, it -> it));
        limitKeys = union(all, it -> it.limit().keys());
        texts = union(all, it -> it.answer().texts());
        reasons = union(all, it -> it.answer().reasons());
        withheld = union(all, it -> it.answer().withheld());
    }

    private static Set<String> union(List<Endpoint> all, Function<Endpoint, Set<String>> part) {
        return all.stream()
                .flatMap(it -> part.apply(it).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the endpoints that requests, catalogs and configurations can name. */
    public static Endpoints known() {
        return KNOWN.get();
    }

    /**
     * Sets the known endpoints of this process. A program that has more endpoints calls this at its
     * start, before it reads anything.
     */
    public static void know(Endpoints endpoints) {
        KNOWN.set(endpoints);
    }

    /** Returns all endpoints. */
    public Set<Endpoint> all() {
        return all;
    }

    /** Returns the endpoints of a wire. */
    public Set<Endpoint> ofWire(Wire wire) {
        return ordered(all.stream().filter(it -> it.wire().equals(wire)).toList());
    }

    /** Returns the given endpoints in the order of their definition. */
    public Set<Endpoint> ordered(Collection<Endpoint> endpoints) {
        var ordered = new LinkedHashSet<>(all);
        ordered.retainAll(endpoints);
        ordered.addAll(endpoints);
        return Collections.unmodifiableSet(ordered);
    }

    /** Returns the wires, each once. */
    public List<Wire> wires() {
        return all.stream().map(Endpoint::wire).distinct().toList();
    }

    /** Returns the endpoint with exactly this {@link Endpoint#url}. */
    public Optional<Endpoint> of(String url) {
        return Optional.ofNullable(byUrl.get(url));
    }

    /**
     * Returns the endpoint of a request's url. Accepts every unambiguous form: without {@code /v1}
     * as in Azure's batch files, as a whole address, with a query, or with the name of a
     * deployment.
     *
     * @return empty if the url can mean something else, such as the messages of a thread
     */
    public Optional<Endpoint> ofRequest(String url) {
        return of(url).or(() -> all.stream().filter(it -> EndpointUrl.names(url, it)).findFirst());
    }

    /** Returns all URLs, for messages. */
    public String allUrls() {
        return all.stream().map(Endpoint::url).collect(Collectors.joining(", "));
    }

    /** Describes the problem of a url that names no endpoint. */
    String problemOf(String url) {
        return "must be one of "
                + allUrls()
                + all.stream()
                        .filter(it -> EndpointUrl.resembles(url, it))
                        .findFirst()
                        .map(it -> "; did you mean " + it.url() + "?")
                        .orElse("");
    }

    /** Returns the keys of a body that limit its output tokens; each url has one or two of them. */
    public Set<String> limitKeys() {
        return limitKeys;
    }

    /** Returns the paths of texts in any answer, to read a body whose endpoint is unknown. */
    public Set<String> texts() {
        return texts;
    }

    /** Returns the paths of the reasons why any answer ended. */
    public Set<String> reasons() {
        return reasons;
    }

    /** Returns the reasons of providers that withheld content. */
    public Set<String> withheld() {
        return withheld;
    }
}
