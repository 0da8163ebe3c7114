@NullMarked
package dev.millrace.router.classify.text;

import org.jspecify.annotations.NullMarked;
