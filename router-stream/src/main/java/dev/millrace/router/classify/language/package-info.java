/**
 * The language of a text: by its script where that is enough, by a library where several languages
 * share one. The library's model is loaded when it is first needed. Any thread.
 */
@NullMarked
package dev.millrace.router.classify.language;

import org.jspecify.annotations.NullMarked;
