package dev.millrace.router.semantic;

import dev.millrace.router.cache.CacheSimulation;
import dev.millrace.router.cache.CacheWorld;

/** A random history of a cache that answers similar questions, too. */
final class SemanticSimulation extends CacheSimulation {
    private final SemanticWorld world;

    SemanticSimulation(long seed) {
        this(
                seed,
                new SemanticWorld(
                        MAX_ENTRIES,
                        MAX_BYTES,
                        CacheWorld.TURN_JOBS,
                        SemanticWorld.limits(0.5, MAX_QUESTIONS)));
    }

    private SemanticSimulation(long seed, SemanticWorld world) {
        super(seed, world);
        this.world = world;
        world.embedder.hold();
    }

    /** Gives all questions one meaning, as a deliberate fault. */
    SemanticSimulation confusing() {
        world.embedder.confuse();
        return this;
    }

    /** Puts all questions into one namespace, as a deliberate fault. */
    SemanticSimulation withOneNamespace() {
        world.hasOneNamespace = true;
        return this;
    }

    @Override
    protected boolean embed(int most) {
        return world.embedder.finish(most);
    }
}
