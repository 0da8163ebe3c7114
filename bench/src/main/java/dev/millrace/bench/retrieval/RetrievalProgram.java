package dev.millrace.bench.retrieval;

import dev.millrace.bench.process.ParentControl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import tools.jackson.databind.json.JsonMapper;

/** A program that indexes generated documents and searches them until its parent stops it. */
public final class RetrievalProgram {
    /** Indexes what is not indexed; answers with {@link IndexTimes}. */
    static final String INDEX = "index";

    /** Measures searches; answers with {@link SearchTimes}. */
    static final String SEARCH = "search";

    private static final JsonMapper JSON = new JsonMapper();

    private RetrievalProgram() {}

    /** Returns the arguments of {@link #main}. */
    static List<String> arguments(PassagePlan plan, Path folder, int threads, int searches) {
        var arguments = new ArrayList<>(plan.arguments());
        arguments.add(folder.toString());
        arguments.add(Integer.toString(threads));
        arguments.add(Integer.toString(searches));
        return arguments;
    }

    /**
     * Serves the requests of the parent.
     *
     * @param args arguments from {@link #arguments}
     */
    public static void main(String[] args) throws Exception {
        var library =
                new MeasuredLibrary(
                        Path.of(args[2]), PassagePlan.of(args), Integer.parseInt(args[3]));
        int searches = Integer.parseInt(args[4]);
        Map<String, Callable<String>> answers =
                Map.of(
                        INDEX,
                        () -> JSON.writeValueAsString(library.index()),
                        SEARCH,
                        () -> JSON.writeValueAsString(library.search(searches)));
        ParentControl.serve("retrieval", library, answers);
    }

    /** Reads an answer of the program. */
    static <T> T read(String answer, Class<T> type) {
        return JSON.readValue(answer, type);
    }
}
