/**
 * Extracts the text of documents with Apache Tika: plain text, Markdown, HTML and PDF. Nothing of
 * Tika is loaded before the first document. Depends on nothing of Millrace.
 */
@NullMarked
package dev.millrace.retrieval.extract;

import org.jspecify.annotations.NullMarked;
