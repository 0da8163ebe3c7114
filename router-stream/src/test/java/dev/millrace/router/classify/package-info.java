@NullMarked
package dev.millrace.router.classify;

import org.jspecify.annotations.NullMarked;
