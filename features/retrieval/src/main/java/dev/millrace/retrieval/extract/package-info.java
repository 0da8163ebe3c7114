/**
 * Extracts the text of documents with Apache Tika: plain text, Markdown, HTML and PDF. Tika is not
 * loaded before the first document. Depends on no other package of Millrace.
 */
@NullMarked
package dev.millrace.retrieval.extract;

import org.jspecify.annotations.NullMarked;
