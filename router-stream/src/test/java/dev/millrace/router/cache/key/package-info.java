/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.router.cache.key;

import org.jspecify.annotations.NullMarked;
