@NullMarked
package dev.millrace.router.cache.similar;

import org.jspecify.annotations.NullMarked;
