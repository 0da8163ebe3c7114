package dev.millrace.standalone.audit;

import java.util.List;
import java.util.stream.Collectors;

/** Writes parts of an HTML page. Escapes all text. */
final class Html {
    private Html() {}

    /** Escapes text for an element or a quoted attribute. */
    static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Escapes JSON so that it cannot end the script element in which it is embedded. */
    static String embedded(String json) {
        return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    /**
     * Returns a table.
     *
     * @param hasTotal true if the last row is a total
     */
    static String table(List<String> head, List<List<String>> rows, boolean hasTotal) {
        var html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
        head.forEach(it -> html.append("<th scope=\"col\">").append(text(it)).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (int i = 0; i < rows.size(); i++) {
            html.append(hasTotal && i == rows.size() - 1 ? "<tr class=\"total\">" : "<tr>");
            rows.get(i).forEach(it -> html.append("<td>").append(text(it)).append("</td>"));
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    /** Returns a section with a list of sentences; nothing without sentences. */
    static String list(String title, List<String> sentences) {
        return sentences.isEmpty()
                ? ""
                : sentences.stream()
                        .map(it -> "<li>" + text(it) + "</li>\n")
                        .collect(
                                Collectors.joining(
                                        "", "<h2>" + text(title) + "</h2>\n<ul>\n", "</ul>\n"));
    }
}
