/**
 * What the router and the worker ask of translations between two urls. The module {@code
 * translation} has the translations; standalone passes them on. Without translations, jobs only
 * reach models that serve their url.
 *
 * <p>Used on the threads of calls and of the router. Depends on contracts only.
 */
@NullMarked
package dev.millrace.wire.translate;

import org.jspecify.annotations.NullMarked;
