/**
 * What a provider gets of a request besides its body. Immutable values for any thread; depends on
 * nothing.
 */
@NullMarked
package dev.millrace.contracts.upstream;

import org.jspecify.annotations.NullMarked;
