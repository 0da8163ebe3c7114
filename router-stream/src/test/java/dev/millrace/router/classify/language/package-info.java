@NullMarked
package dev.millrace.router.classify.language;

import org.jspecify.annotations.NullMarked;
