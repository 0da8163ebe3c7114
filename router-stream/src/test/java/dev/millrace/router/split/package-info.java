@NullMarked
package dev.millrace.router.split;

import org.jspecify.annotations.NullMarked;
